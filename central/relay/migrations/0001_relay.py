"""0001: the tables of the relay, on hub and county."""

import sqlalchemy as sa
from alembic import op

revision = "relay_0001"
down_revision = None
branch_labels = ("relay",)
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create them; the database was empty."""
    _spool()
    _blob()
    _links_and_editions()
    _own_life()


def _spool() -> None:
    op.create_table(
        "spool",
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("prefix", sa.LargeBinary(8), nullable=False),
        sa.Column("destination", sa.String(16), nullable=False),
        sa.Column("next_hop", sa.String(16), nullable=False),
        sa.Column("lane", sa.SmallInteger, nullable=False),
        sa.Column("position", _BIG, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("wire", sa.LargeBinary, nullable=True),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("holder", sa.LargeBinary(8), nullable=True),
        sa.Column("stored_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("origin", "envelope_id", name="pk_spool"),
    )
    op.create_index(
        "ix_spool_next_hop_waiting_lane_position",
        "spool",
        ["next_hop", "waiting", "lane", "position"],
    )
    op.create_index("ix_spool_prefix", "spool", ["prefix"])


def _blob() -> None:
    op.create_table(
        "blob",
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("blob_id", sa.LargeBinary(32), nullable=False),
        sa.Column("prefix", sa.LargeBinary(8), nullable=False),
        sa.Column("destination", sa.String(16), nullable=False),
        sa.Column("next_hop", sa.String(16), nullable=False),
        sa.Column("position", _BIG, nullable=False),
        sa.Column("size", _BIG, nullable=False),
        sa.Column("have", _BIG, nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("holder", sa.LargeBinary(8), nullable=True),
        sa.Column("stored_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("origin", "blob_id", name="pk_blob"),
    )
    op.create_index(
        "ix_blob_next_hop_waiting_position", "blob", ["next_hop", "waiting", "position"]
    )
    op.create_index("ix_blob_prefix", "blob", ["prefix"])


def _links_and_editions() -> None:
    op.create_table(
        "link",
        sa.Column("peer", sa.String(16), nullable=False),
        sa.Column("instance", sa.LargeBinary(8), nullable=True),
        sa.Column("dirty", sa.Boolean, nullable=False),
        sa.Column("seen_exchange", sa.LargeBinary(8), nullable=True),
        sa.Column("seen_number", sa.Integer, nullable=False),
        sa.Column("forgets", sa.Boolean, nullable=False),
        sa.Column("county", sa.LargeBinary(8), nullable=True),
        sa.Column("heard_ms", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("peer", name="pk_link"),
    )
    op.create_table(
        "edition",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("proof", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("stored_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("kind", "version", name="pk_edition"),
    )


def _own_life() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "incarnation",
        sa.Column("incarnation", sa.LargeBinary(8), nullable=False),
        sa.Column("last_seq", _BIG, nullable=False),
        sa.Column("opened_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("incarnation", name="pk_incarnation"),
    )


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")
