"""0006: where stations exchange that use another path (ADR 0011).

Without a row the way leads along the roster, as before. The indices find what is on its way to one
station, so that it can be moved to another neighbour.
"""

import sqlalchemy as sa
from alembic import op

revision = "relay_0006"
down_revision = "relay_0005"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_ON_THE_WAY = sa.text("next_hop <> ''")


def upgrade() -> None:
    """Add table and indices; no row changes."""
    op.create_table(
        "route",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("at", sa.String(16), nullable=False),
        sa.Column("number", _BIG, nullable=False),
        sa.Column("key", sa.LargeBinary(8), nullable=False),
        sa.PrimaryKeyConstraint("station", name="pk_route"),
    )
    for table in ("spool", "blob"):
        op.create_index(
            f"ix_{table}_destination_position",
            table,
            ["destination", "position"],
            sqlite_where=_ON_THE_WAY,
            postgresql_where=_ON_THE_WAY,
        )


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
