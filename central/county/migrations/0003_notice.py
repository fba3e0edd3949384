"""0003: what nodes on the way say of items that are stuck with them."""

import sqlalchemy as sa
from alembic import op

revision = "county_0003"
down_revision = "county_0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "notice",
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("item", sa.LargeBinary(32), nullable=False),
        sa.Column("node", sa.String(16), nullable=False),
        sa.Column("blob", sa.Boolean, nullable=False),
        sa.Column("incarnation", sa.LargeBinary(8), nullable=True),
        sa.Column("seq", _BIG, nullable=True),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.Column("arrived_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("origin", "item", name="pk_notice"),
    )


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
