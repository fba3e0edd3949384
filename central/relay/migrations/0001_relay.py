"""0001: the tables of the relay, on hub and county."""

import sqlalchemy as sa
from alembic import op

revision = "relay_0001"
down_revision = None
branch_labels = ("relay",)
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
# as in central.relay.store.models: an index is used only where the query has the same words
_OPEN_ENVELOPE = sa.text("holder IS NULL AND next_hop <> ''")
_OPEN_BLOB = sa.text("holder IS NULL AND (next_hop <> '' OR have < size)")
_ON_THE_WAY = sa.text("next_hop <> ''")


def upgrade() -> None:
    """Make the tables, room by room."""
    _make_spool()
    _make_blob()
    _make_exchange()
    _make_routing()
    _make_health()
    _make_retry()
    _make_editions()
    _make_own_database()


def downgrade() -> None:
    """There is nothing before the first."""
    raise NotImplementedError("restore a backup instead")


def _make_spool() -> None:
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
        "ix_spool_destination_position",
        "spool",
        ["destination", "position"],
        sqlite_where=_ON_THE_WAY,
        postgresql_where=_ON_THE_WAY,
    )
    op.create_index(
        "ix_spool_next_hop_waiting_lane_position_origin",
        "spool",
        ["next_hop", "waiting", "lane", "position", "origin"],
    )
    op.create_index(
        "ix_spool_open",
        "spool",
        ["origin", "lane", "size"],
        sqlite_where=_OPEN_ENVELOPE,
        postgresql_where=_OPEN_ENVELOPE,
    )
    op.create_index("ix_spool_prefix", "spool", ["prefix"])


def _make_blob() -> None:
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
        "ix_blob_destination_position",
        "blob",
        ["destination", "position"],
        sqlite_where=_ON_THE_WAY,
        postgresql_where=_ON_THE_WAY,
    )
    op.create_index(
        "ix_blob_next_hop_waiting_position_origin",
        "blob",
        ["next_hop", "waiting", "position", "origin"],
    )
    op.create_index(
        "ix_blob_open",
        "blob",
        ["origin", "size"],
        sqlite_where=_OPEN_BLOB,
        postgresql_where=_OPEN_BLOB,
    )
    op.create_index("ix_blob_prefix", "blob", ["prefix"])


def _make_exchange() -> None:
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
        sa.Column("roster", _BIG, nullable=True),
        sa.Column("release", _BIG, nullable=True),
        sa.Column("program", sa.String(16), nullable=True),
        sa.Column("pushed", sa.LargeBinary, nullable=True),
        sa.Column("answered_exchange", sa.LargeBinary, nullable=True),
        sa.Column("answered_number", _BIG, nullable=True),
        sa.Column("spent", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("peer", name="pk_link"),
    )


def _make_routing() -> None:
    op.create_table(
        "route",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("at", sa.String(16), nullable=False),
        sa.Column("number", _BIG, nullable=False),
        sa.Column("key", sa.LargeBinary(8), nullable=False),
        sa.PrimaryKeyConstraint("station", name="pk_route"),
    )


def _make_health() -> None:
    op.create_table(
        "health",
        sa.Column("node", sa.String(16), nullable=False),
        sa.Column("number", _BIG, nullable=False),
        sa.Column("key", sa.LargeBinary(8), nullable=False),
        sa.Column("word", sa.LargeBinary, nullable=False),
        sa.Column("said_ms", _BIG, nullable=True),
        sa.Column("heard_ms", _BIG, nullable=True),
        sa.Column("heard_by", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("node", name="pk_health"),
    )


def _make_retry() -> None:
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


def _make_editions() -> None:
    op.create_table(
        "edition",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("proof", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("stored_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("kind", "version", name="pk_edition"),
    )


def _make_own_database() -> None:
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
