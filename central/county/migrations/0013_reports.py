"""0013: monthly reports, each edition written once (docs/reports.md)."""

import sqlalchemy as sa
from alembic import op

revision = "county_0013"
down_revision = "county_0012"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "monthly_report",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("edition", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("corrects", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(4000), nullable=False),
        sa.Column("made_ms", _BIG, nullable=False),
        sa.Column("by_name", sa.String(100), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("month", "edition", name="pk_monthly_report"),
    )


def downgrade() -> None:
    """Forward only."""
    raise NotImplementedError("restore a backup instead")
