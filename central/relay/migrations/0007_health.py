"""0007: what nodes say of their health, and when they were heard of; nothing of old times."""

import sqlalchemy as sa
from alembic import op

revision = "relay_0007"
down_revision = "relay_0006"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "health",
        sa.Column("node", sa.String(16), nullable=False),
        sa.Column("number", _BIG, nullable=False),
        sa.Column("key", sa.LargeBinary(8), nullable=False),
        sa.Column("word", sa.LargeBinary, nullable=False),
        sa.Column("said_ms", _BIG, nullable=True),
        sa.Column("heard_ms", _BIG, nullable=True),
        sa.Column("heard_by", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("node", name="pk_health"),
    )


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
