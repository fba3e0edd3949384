"""0003: remember how much each neighbour acknowledged, to notice a disk that was set back."""

import sqlalchemy as sa
from alembic import op

revision = "relay_0003"
down_revision = "relay_0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add what is remembered of each link.

    Old rows remember nothing: the next exchange with that neighbour asks once more what it holds.
    """
    for name in ("pushed", "answered_exchange", "answered_number"):
        kind = _BIG if name == "answered_number" else sa.LargeBinary
        op.add_column("link", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
