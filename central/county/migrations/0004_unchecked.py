"""0004: mark cases whose form could not be checked, because their release was lost."""

import sqlalchemy as sa
from alembic import op

revision = "county_0004"
down_revision = "county_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark. Old cases were all checked: what could not be was rejected."""
    op.add_column(
        "county_case",
        sa.Column("unchecked", sa.Boolean, nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
