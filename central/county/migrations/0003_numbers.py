"""0003: blocks of numbers, what became of them, and what came beside them (docs/numbers.md)."""

import sqlalchemy as sa
from alembic import op

revision = "county_0003"
down_revision = "county_0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "number_block",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("block", sa.LargeBinary(8), nullable=False),
        sa.Column("issuer", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("first", _BIG, nullable=False),
        sa.Column("last", _BIG, nullable=False),
        sa.Column("next", _BIG, nullable=False),
        sa.Column("voided", _BIG, nullable=False),
        sa.Column("arrived", _BIG, nullable=False),
        sa.Column("twice", _BIG, nullable=False),
        sa.Column("said_next", _BIG, nullable=False),
        sa.Column("start", sa.LargeBinary(8), nullable=True),
        sa.Column("signing", sa.LargeBinary(32), nullable=False),
        sa.Column("forks", sa.Integer, nullable=False),
        sa.Column("issued_ms", _BIG, nullable=False),
        sa.Column("closed_ms", _BIG, nullable=True),
        sa.Column("closed_why", sa.String(100), nullable=True),
        sa.PrimaryKeyConstraint("station", "block", name="pk_number_block"),
    )
    op.create_index(
        "ix_number_block_issuer_kind_year_first",
        "number_block",
        ["issuer", "kind", "year", "first"],
    )
    op.create_table(
        "number_void",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("block", sa.LargeBinary(8), nullable=False),
        sa.Column("first", _BIG, nullable=False),
        sa.Column("last", _BIG, nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("station", "block", "first", name="pk_number_void"),
    )
    op.create_table(
        "number_use",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("block", sa.LargeBinary(8), nullable=False),
        sa.Column("serial", _BIG, nullable=False),
        sa.Column("start", sa.String(6), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("arrived_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("station", "block", "serial", "start", name="pk_number_use"),
    )
    op.create_table(
        "number_stray",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("number", sa.String(50), nullable=False),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("arrived_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("station", "envelope_id", name="pk_number_stray"),
    )


def downgrade() -> None:
    """There is nothing to go back for."""
    raise NotImplementedError("restore a backup instead")
