"""0001: accounts of people who log in to the pages of a hub or county."""

import sqlalchemy as sa
from alembic import op

revision = "staff_0001"
down_revision = None
branch_labels = ("staff",)
depends_on = None

Big = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """One new table; there were no accounts before."""
    op.create_table(
        "staff",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("job", sa.String(16), nullable=False),
        sa.Column("verifier", sa.String(200), nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("second", sa.LargeBinary(200)),
        sa.Column("second_step", Big),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until_ms", Big),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("made_ms", Big, nullable=False),
        sa.Column("seen_ms", Big),
        sa.PrimaryKeyConstraint("name", name="pk_staff"),
    )


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
