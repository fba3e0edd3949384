"""0001: cases of the township's office."""

import sqlalchemy as sa
from alembic import op

revision = "hub_0001"
down_revision = None
branch_labels = ("hub",)
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "office_case",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("turn", _BIG, nullable=False),
        sa.Column("number", sa.String(50), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("n", _BIG, nullable=False),
        sa.Column("confirmed", _BIG, nullable=False),
        sa.Column("owned", sa.Boolean, nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("due", sa.String(50), nullable=False),
        sa.Column("opened_ms", _BIG, nullable=False),
        sa.Column("given_ms", _BIG, nullable=False),
        sa.Column("ended_ms", _BIG, nullable=True),
        sa.Column("blobs", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("said", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", name="pk_office_case"),
    )
    op.create_index("ix_office_case_number", "office_case", ["number"])
    op.create_index(
        "ix_office_case_owned_due_given_ms", "office_case", ["owned", "due", "given_ms"]
    )
    op.create_index("ix_office_case_ended_ms", "office_case", ["ended_ms"])
    op.create_table(
        "office_event",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("turn", _BIG, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "n", name="pk_office_event"),
    )
    op.create_table(
        "office_news",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("ref", sa.String(50), nullable=False),
        sa.Column("turn", _BIG, nullable=False),
        sa.Column("came_ms", _BIG, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "ref", name="pk_office_news"),
    )


def downgrade() -> None:
    """There is nothing before the first."""
    raise NotImplementedError("restore a backup instead")
