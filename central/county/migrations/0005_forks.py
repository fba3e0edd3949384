"""0005: an index that finds forks of all stations at once, for the list of nodes.

It holds one entry for each start of a station's program, not for each envelope.
"""

import sqlalchemy as sa
from alembic import op

revision = "county_0005"
down_revision = "county_0004"
branch_labels = None
depends_on = None

_STARTS = sa.text("pred_incarnation IS NOT NULL")


def upgrade() -> None:
    """Add the index; no row changes."""
    op.create_index(
        "ix_received_start",
        "received",
        ["origin", "pred_incarnation", "pred_seq", "incarnation"],
        sqlite_where=_STARTS,
        postgresql_where=_STARTS,
    )


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
