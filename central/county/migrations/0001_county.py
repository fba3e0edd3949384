"""0001: the tables that a county adds to those of the relay."""

import sqlalchemy as sa
from alembic import op

revision = "county_0001"
down_revision = None
branch_labels = ("county",)
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_STARTS = sa.text("pred_incarnation IS NOT NULL")
_BEGINS = sa.text("signer IS NOT NULL")
_IS_OPEN = sa.text("outcome IS NULL")
_PARTS = {  # of what is listed, by what it holds
    "ix_county_case_item": (("item", "received_ms"), _IS_OPEN),
    "ix_county_case_station_open": (("station", "received_ms"), _IS_OPEN),
    "ix_county_case_open": (("received_ms",), _IS_OPEN),
    "ix_county_case_returned": (("received_ms",), sa.text("outcome = 'correction'")),
    "ix_county_case_station_corrects": (("station", "corrects"), sa.text("corrects IS NOT NULL")),
    "ix_county_case_station_supersedes": (
        ("station", "supersedes"),
        sa.text("supersedes IS NOT NULL"),
    ),
}


def upgrade() -> None:
    """Make the tables, room by room."""
    _make_counters()
    _make_received()
    _make_intake()
    _make_cases()
    _make_what_is_told()
    _make_attachments()
    _make_follow_ups()
    _make_circulars()
    _make_review()
    _make_desks()
    _make_backup()
    _make_lead()


def downgrade() -> None:
    """There is nothing before the first."""
    raise NotImplementedError("restore a backup instead")


def _make_counters() -> None:
    op.create_table(
        "county_counter",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("value", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_county_counter"),
    )


def _make_received() -> None:
    op.create_table(
        "received",
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("incarnation", sa.LargeBinary(8), nullable=False),
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("pred_incarnation", sa.LargeBinary(8), nullable=True),
        sa.Column("pred_seq", _BIG, nullable=True),
        sa.Column("signer", sa.LargeBinary(8), nullable=True),
        sa.Column("application", sa.LargeBinary(16), nullable=True),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("arrived_ms", _BIG, nullable=False),
        sa.Column("backup", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("origin", "envelope_id", name="pk_received"),
    )
    op.create_index("ix_received_backup", "received", ["backup"])
    op.create_index("ix_received_origin_application", "received", ["origin", "application"])
    op.create_index("ix_received_origin_arrived_ms", "received", ["origin", "arrived_ms"])
    op.create_index(
        "ix_received_origin_incarnation_seq", "received", ["origin", "incarnation", "seq"]
    )
    op.create_index(
        "ix_received_start",
        "received",
        ["origin", "pred_incarnation", "pred_seq", "incarnation"],
        sqlite_where=_STARTS,
        postgresql_where=_STARTS,
    )
    op.create_index(
        "ix_received_begin",
        "received",
        ["origin", "signer", "incarnation"],
        sqlite_where=_BEGINS,
        postgresql_where=_BEGINS,
    )


def _make_intake() -> None:
    op.create_table(
        "notice",
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("item", sa.LargeBinary(32), nullable=False),
        sa.Column("node", sa.String(16), nullable=False),
        sa.Column("blob", sa.Boolean, nullable=False),
        sa.Column("incarnation", sa.LargeBinary(8), nullable=True),
        sa.Column("seq", _BIG, nullable=True),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.Column("arrived_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("origin", "item", name="pk_notice"),
    )
    op.create_table(
        "awaiting",
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("wire", sa.LargeBinary, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("arrived_ms", _BIG, nullable=False),
        sa.Column("position", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("origin", "envelope_id", name="pk_awaiting"),
    )
    op.create_index("ix_awaiting_position", "awaiting", ["position"])
    op.create_table(
        "quarantine",
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("wire", sa.LargeBinary, nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("arrived_ms", _BIG, nullable=False),
        sa.Column("result_n", _BIG, nullable=False),
        sa.Column("told_id", sa.LargeBinary(32), nullable=True),
        sa.PrimaryKeyConstraint("origin", "envelope_id", name="pk_quarantine"),
    )
    op.create_index("ix_quarantine_arrived_ms", "quarantine", ["arrived_ms"])
    op.create_table(
        "allowance",
        sa.Column("node", sa.String(16), nullable=False),
        sa.Column("begun_ms", _BIG, nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("renewals", sa.Integer, nullable=False),
        sa.Column("numbers", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("node", name="pk_allowance"),
    )


def _make_cases() -> None:
    op.create_table(
        "county_case",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("given_number", sa.String(50), nullable=True),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("suite", sa.SmallInteger, nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("applicant", sa.String(100), nullable=False),
        sa.Column("unchecked", sa.Boolean, nullable=False),
        sa.Column("corrects", sa.LargeBinary(16), nullable=True),
        sa.Column("supersedes", sa.LargeBinary(16), nullable=True),
        sa.Column("taken", sa.Text, nullable=True),
        sa.Column("received_ms", _BIG, nullable=False),
        sa.Column("complete_ms", _BIG, nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("note", sa.Text, nullable=True),
        sa.Column("faults", sa.Text, nullable=True),
        sa.Column("until", sa.Text, nullable=True),
        sa.Column("decided_ms", _BIG, nullable=True),
        sa.Column("decided_n", _BIG, nullable=True),
        sa.Column("decision_id", sa.LargeBinary(32), nullable=True),
        sa.Column("erased_ms", _BIG, nullable=True),
        sa.Column("retold_ms", _BIG, nullable=True),
        sa.Column("retold_id", sa.LargeBinary(32), nullable=True),
        sa.PrimaryKeyConstraint("station", "application", name="pk_county_case"),
    )
    op.create_index("ix_county_case_application", "county_case", ["application"])
    op.create_index("ix_county_case_given_number", "county_case", ["given_number"])
    op.create_index("ix_county_case_number", "county_case", ["number"])
    op.create_index("ix_county_case_received_ms", "county_case", ["received_ms"])
    for lead in ("station", "item"):
        name = f"ix_county_case_{lead}_received_ms"
        op.create_index(name, "county_case", [lead, "received_ms"])
    for name, (columns, which) in _PARTS.items():
        op.create_index(
            name, "county_case", list(columns), sqlite_where=which, postgresql_where=which
        )


def _make_what_is_told() -> None:
    op.create_table(
        "document",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("n", _BIG, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("days", sa.SmallInteger, nullable=False),
        sa.Column("issued_ms", _BIG, nullable=False),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("retold_ms", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("station", "application", "n", name="pk_document"),
    )
    timed = sa.text("days > 0")
    op.create_index(
        "ix_document_timed",
        "document",
        ["issued_ms", "station", "application", "n"],
        sqlite_where=timed,
        postgresql_where=timed,
    )
    op.create_table(
        "publicity",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("n", _BIG, nullable=False),
        sa.Column("poster", sa.Text, nullable=False),
        sa.Column("asked_ms", _BIG, nullable=False),
        sa.Column("retold_ms", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("station", "application", name="pk_publicity"),
    )


def _make_attachments() -> None:
    op.create_table(
        "attachment",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("material", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("size", _BIG, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("blob_id", sa.LargeBinary(32), nullable=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("station", "envelope_id", "position", name="pk_attachment"),
    )
    op.create_index("ix_attachment_blob_id", "attachment", ["blob_id"])
    op.create_index("ix_attachment_station_application", "attachment", ["station", "application"])


def _make_follow_ups() -> None:
    op.create_table(
        "follow_up",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("follow_up", sa.LargeBinary(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=True),
        sa.Column("circular", sa.LargeBinary(16), nullable=True),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("suite", sa.SmallInteger, nullable=False),
        sa.Column("about", sa.String(16), nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("received_ms", _BIG, nullable=False),
        sa.Column("erased_ms", _BIG, nullable=True),
        sa.Column("answer", sa.Text, nullable=True),
        sa.Column("answered_ms", _BIG, nullable=True),
        sa.Column("answered_n", _BIG, nullable=True),
        sa.Column("retold_ms", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("station", "follow_up", name="pk_follow_up"),
    )
    op.create_index("ix_follow_up_station_application", "follow_up", ["station", "application"])
    op.create_index("ix_follow_up_about_received_ms", "follow_up", ["about", "received_ms"])
    op.create_index("ix_follow_up_follow_up", "follow_up", ["follow_up"])
    confirmation = sa.text("circular IS NOT NULL")
    op.create_index(
        "ix_follow_up_circular",
        "follow_up",
        ["circular"],
        sqlite_where=confirmation,
        postgresql_where=confirmation,
    )
    unanswered = sa.text("about = 'letter' AND answered_n IS NULL")
    op.create_index(
        "ix_follow_up_unanswered",
        "follow_up",
        ["received_ms"],
        sqlite_where=unanswered,
        postgresql_where=unanswered,
    )


def _make_circulars() -> None:
    op.create_table(
        "circular",
        sa.Column("circular", sa.LargeBinary(16), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("sent_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("circular", name="pk_circular"),
    )
    op.create_index("ix_circular_sent_ms", "circular", ["sent_ms"])
    op.create_table(
        "circular_station",
        sa.Column("circular", sa.LargeBinary(16), nullable=False),
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("told_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("circular", "station", name="pk_circular_station"),
    )
    op.create_index("ix_circular_station_station", "circular_station", ["station"])


def _make_review() -> None:
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


def _make_desks() -> None:
    op.create_table(
        "desk_request",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("desk", sa.LargeBinary(32), nullable=False),
        sa.Column("vault", sa.LargeBinary(32), nullable=False),
        sa.Column("slot", sa.LargeBinary, nullable=False),
        sa.Column("clerk", sa.String(40), nullable=False),
        sa.Column("signing", sa.LargeBinary(32), nullable=False),
        sa.Column("suite", sa.SmallInteger, nullable=False),
        sa.Column("asked_ms", _BIG, nullable=True),
        sa.Column("arrived_ms", _BIG, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("released_ms", _BIG, nullable=True),
        sa.Column("released_by", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("station", "desk", name="pk_desk_request"),
    )


def _make_backup() -> None:
    op.create_table(
        "backup",
        sa.Column("number", _BIG, autoincrement=False, nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.Column("instance", sa.LargeBinary(8), nullable=False),
        sa.Column("receipts", _BIG, nullable=False),
        sa.Column("file", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_backup"),
    )


def _make_lead() -> None:
    op.create_table(
        "county_lease",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("epoch", _BIG, nullable=False),
        sa.Column("beat", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_county_lease"),
    )
    op.create_table(
        "county_asked",
        sa.Column("asked", sa.LargeBinary(16), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("asked_ms", _BIG, nullable=False),
        sa.Column("begun", _BIG, nullable=True),
        sa.Column("answer", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("asked", name="pk_county_asked"),
    )
    op.create_table(
        "county_mirror",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("number", _BIG, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_county_mirror"),
    )
