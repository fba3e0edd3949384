"""0004: what went to each neighbour today. Older databases know nothing: their day begins anew."""

import sqlalchemy as sa
from alembic import op

revision = "relay_0004"
down_revision = "relay_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the count to the links."""
    op.add_column("link", sa.Column("spent", sa.LargeBinary, nullable=True))


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
