"""0002: what was refused or could not be stored stands beside the way, with its reason."""

import sqlalchemy as sa
from alembic import op

revision = "relay_0002"
down_revision = "relay_0001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the two tables, and the versions that a neighbour holds."""
    op.create_table(
        "deferred",
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("item", sa.LargeBinary(32), nullable=False),
        sa.Column("peer", sa.String(16), nullable=False),
        sa.Column("blob", sa.Boolean, nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("refusals", sa.Integer, nullable=False),
        sa.Column("since_ms", _BIG, nullable=False),
        sa.Column("last_ms", _BIG, nullable=False),
        sa.Column("deferred", sa.Boolean, nullable=False),
        sa.Column("reported", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("origin", "item", name="pk_deferred"),
    )
    op.create_index("ix_deferred_peer", "deferred", ["peer"])
    op.create_table(
        "poison",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("peer", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("since_ms", _BIG, nullable=False),
        sa.Column("last_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_poison"),
    )
    op.add_column("link", sa.Column("roster", _BIG, nullable=True))
    op.add_column("link", sa.Column("release", _BIG, nullable=True))


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
