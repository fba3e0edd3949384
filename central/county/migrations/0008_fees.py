"""0008: what was charged, paid, reduced and paid back of each case (docs/fees.md)."""

import sqlalchemy as sa
from alembic import op

revision = "county_0008"
down_revision = "county_0007"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "fee_entry",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("n", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("names", sa.Integer, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.Column("by_name", sa.String(100), nullable=False),
        sa.Column("fen", _BIG, nullable=False),
        sa.Column("number", sa.String(50), nullable=False),
        sa.Column("frozen", sa.Text, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("person", sa.String(100), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("words", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "n", name="pk_fee_entry"),
    )
    op.create_index("ix_fee_entry_day", "fee_entry", ["day"])


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("restore a backup instead")
