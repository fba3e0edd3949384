"""0001: accounts of people who log in to the pages of a hub or county."""

import sqlalchemy as sa
from alembic import op

revision = "accounts_0001"
down_revision = None
branch_labels = ("accounts",)
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables, room by room."""
    _make_accounts()
    _make_onetime()
    _make_proposals()


def downgrade() -> None:
    """There is nothing before the first."""
    raise NotImplementedError("restore a backup instead")


def _make_accounts() -> None:
    op.create_table(
        "staff",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("verifier", sa.String(200), nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("second", sa.LargeBinary(200), nullable=True),
        sa.Column("second_step", _BIG, nullable=True),
        sa.Column("recovery", sa.LargeBinary(512), nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("made_ms", _BIG, nullable=False),
        sa.Column("seen_ms", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_staff"),
    )
    op.create_table(
        "staff_tries",
        sa.Column("name", sa.LargeBinary(32), nullable=False),
        sa.Column("known", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until_ms", _BIG, nullable=True),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_staff_tries"),
    )
    op.create_index("ix_staff_tries_at_ms", "staff_tries", ["at_ms"])


def _make_onetime() -> None:
    op.create_table(
        "staff_onetime",
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("made_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_staff_onetime"),
    )
    op.create_index("ix_staff_onetime_owner", "staff_onetime", ["owner"])


def _make_proposals() -> None:
    op.create_table(
        "staff_proposals",
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("operation", sa.String(64), nullable=False),
        sa.Column("args", sa.String(4000), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("made_ms", _BIG, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("decided_by", sa.String(32), nullable=False),
        sa.Column("decided_ms", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_staff_proposals"),
    )
