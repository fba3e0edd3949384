"""0005: what an origin has here that was not passed on is counted by an index alone."""

import sqlalchemy as sa
from alembic import op

revision = "relay_0005"
down_revision = "relay_0004"
branch_labels = None
depends_on = None

_OPEN = {
    "spool": (["origin", "lane", "size"], sa.text("holder IS NULL AND next_hop <> ''")),
    "blob": (
        ["origin", "size"],
        sa.text("holder IS NULL AND (next_hop <> '' OR have < size)"),
    ),
}


def upgrade() -> None:
    """Add the two indexes."""
    for table, (columns, where) in _OPEN.items():
        op.create_index(
            f"ix_{table}_open",
            table,
            columns,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
