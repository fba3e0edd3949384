"""0014: archive packages of closed cases, and what is left of a case that was purged."""

import sqlalchemy as sa
from alembic import op

revision = "county_0014"
down_revision = "county_0013"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the table; no case was archived before."""
    op.create_table(
        "archive_package",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("ended_ms", _BIG, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("manifest", sa.LargeBinary(32), nullable=False),
        sa.Column("size", _BIG, nullable=False),
        sa.Column("parts", sa.LargeBinary, nullable=False),
        sa.Column("made_ms", _BIG, nullable=False),
        sa.Column("made_by", sa.String(100), nullable=False),
        sa.Column("moved_ms", _BIG, nullable=True),
        sa.Column("moved_by", sa.String(100), nullable=False),
        sa.Column("moved_to", sa.String(100), nullable=False),
        sa.Column("held_ms", _BIG, nullable=True),
        sa.Column("held_by", sa.String(100), nullable=False),
        sa.Column("held_why", sa.String(100), nullable=False),
        sa.Column("purged_ms", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("station", "application", name="pk_archive_package"),
    )
    op.create_index("ix_archive_package_number", "archive_package", ["number"])
    kept = sa.text("purged_ms IS NULL")
    op.create_index(
        "ix_archive_package_kept",
        "archive_package",
        ["ended_ms", "station", "application"],
        sqlite_where=kept,
        postgresql_where=kept,
    )


def downgrade() -> None:
    """Forward only."""
    raise NotImplementedError("restore a backup instead")
