"""0002: remember the backups, and which envelopes were told SAFE because of them."""

import sqlalchemy as sa
from alembic import op

revision = "county_0002"
down_revision = "county_0001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table of backups, and to each received envelope the backup that made it SAFE.

    Old rows get NULL: not told SAFE yet. That is true of them, as nothing posted SAFE before this
    step; the next backup tells them all. A nullable column without a default rewrites no row.
    """
    op.create_table(
        "backup",
        sa.Column("number", _BIG, autoincrement=False, nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.Column("instance", sa.LargeBinary(8), nullable=False),
        sa.Column("receipts", _BIG, nullable=False),
        sa.Column("file", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_backup"),
    )
    op.add_column("received", sa.Column("backup", _BIG, nullable=True))
    op.create_index("ix_received_backup", "received", ["backup"])


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
