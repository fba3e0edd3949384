"""0009: the logs of cases, how far each has got, and what handlers note of them."""

import sqlalchemy as sa
from alembic import op

revision = "county_0009"
down_revision = "county_0008"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables; there are no cases without a log, as nothing is fielded before."""
    op.create_table(
        "case_event",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("version", sa.SmallInteger, nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.Column("by_name", sa.String(100), nullable=False),
        sa.Column("by_right", sa.String(100), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("position", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "n", name="pk_case_event"),
    )
    op.create_index("ix_case_event_station_position", "case_event", ["station", "position"])
    op.create_table(
        "case_status",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("n", _BIG, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("node", sa.String(100), nullable=False),
        sa.Column("post", sa.String(100), nullable=False),
        sa.Column("place", sa.String(220), nullable=False),
        sa.Column("holder", sa.String(100), nullable=False),
        sa.Column("office", sa.String(16), nullable=False),
        sa.Column("since_ms", _BIG, nullable=False),
        sa.Column("due", sa.String(40), nullable=False),
        sa.Column("light", sa.String(40), nullable=False),
        sa.Column("ended_ms", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("station", "application", name="pk_case_status"),
    )
    op.create_table(
        "case_note",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("saved_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "by", name="pk_case_note"),
    )
    order = ("due", "since_ms", "station", "application")
    asked = ("place", "holder", "item", "light", "state", "is_open")
    for first in ("due", "place", "holder", "item", "light", "state"):
        which = sa.text("is_open AND holder <> ''" if first == "holder" else "is_open")
        columns = list(dict.fromkeys((first, *order, *asked)))
        op.create_index(
            f"ix_case_status_{first}",
            "case_status",
            columns,
            sqlite_where=which,
            postgresql_where=which,
        )
    _make_offices()


def _make_offices() -> None:
    abroad = sa.text("office <> ''")
    op.create_index(
        "ix_case_status_office",
        "case_status",
        ["office", "station", "application"],
        sqlite_where=abroad,
        postgresql_where=abroad,
    )
    op.create_table(
        "case_waiting",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "place", name="pk_case_waiting"),
    )
    op.create_table(
        "office_key",
        sa.Column("hub", sa.String(16), nullable=False),
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("xwing", sa.LargeBinary(1216), nullable=False),
        sa.Column("x25519", sa.LargeBinary(32), nullable=False),
        sa.Column("signing", sa.LargeBinary(32), nullable=False),
        sa.Column("asked_by", sa.String(100), nullable=False),
        sa.Column("asked_ms", _BIG, nullable=True),
        sa.Column("arrived_ms", _BIG, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("judged_ms", _BIG, nullable=True),
        sa.Column("judged_by", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("hub", "name", name="pk_office_key"),
    )
    op.create_table(
        "office_inbox",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("hub", sa.String(16), nullable=False),
        sa.Column("said", sa.LargeBinary, nullable=False),
        sa.Column("arrived_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "envelope_id", name="pk_office_inbox"),
    )
    op.create_table(
        "office_news_due",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("ref", sa.String(50), nullable=False),
        sa.Column("turn", _BIG, nullable=False),
        sa.Column("came_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "ref", name="pk_office_news_due"),
    )
    to_file = sa.text("ended_ms IS NOT NULL AND state <> 'archived'")
    op.create_index(
        "ix_case_status_to_file",
        "case_status",
        ["ended_ms", "station", "application"],
        sqlite_where=to_file,
        postgresql_where=to_file,
    )


def downgrade() -> None:
    """Forward only."""
    raise NotImplementedError("restore a backup instead")
