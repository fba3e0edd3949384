"""0006: the review queue, and which successors of lost PCs were told what was decided."""

import sqlalchemy as sa
from alembic import op

revision = "county_0006"
down_revision = "county_0005"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add both tables. Nothing was withdrawn or replaced before this step, so they begin empty."""
    op.create_table(
        "review",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("suite", sa.SmallInteger, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("wire", sa.LargeBinary, nullable=False),
        sa.Column("unchecked", sa.Boolean, nullable=False),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column("upto", _BIG, nullable=True),
        sa.Column("arrived_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("station", "envelope_id", name="pk_review"),
    )
    op.create_index("ix_review_station_application", "review", ["station", "application"])
    op.create_table(
        "replacement",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("lost", sa.LargeBinary(32), nullable=False),
        sa.Column("told_ms", _BIG, nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("last_number", sa.String(40), nullable=True),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("station", "lost", name="pk_replacement"),
    )


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
