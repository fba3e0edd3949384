"""0001: the tables that a county adds to those of the relay."""

import sqlalchemy as sa
from alembic import op

revision = "county_0001"
down_revision = None
branch_labels = ("county",)
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create them; the database has none of them yet."""
    op.create_table(
        "county_counter",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("value", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_county_counter"),
    )
    _create_intake()
    _create_casework()


def downgrade() -> None:
    """Only forward: an older program refuses a newer database."""
    raise NotImplementedError("restore a backup instead")


def _create_intake() -> None:
    op.create_table(
        "received",
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("incarnation", sa.LargeBinary(8), nullable=False),
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("pred_incarnation", sa.LargeBinary(8), nullable=True),
        sa.Column("pred_seq", _BIG, nullable=True),
        sa.Column("application", sa.LargeBinary(16), nullable=True),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("arrived_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("origin", "envelope_id", name="pk_received"),
    )
    op.create_index(
        "ix_received_origin_incarnation_seq", "received", ["origin", "incarnation", "seq"]
    )
    op.create_index("ix_received_origin_application", "received", ["origin", "application"])
    op.create_index("ix_received_origin_arrived_ms", "received", ["origin", "arrived_ms"])
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
        sa.PrimaryKeyConstraint("node", name="pk_allowance"),
    )


def _create_casework() -> None:
    op.create_table(
        "county_case",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("envelope_id", sa.LargeBinary(32), nullable=False),
        sa.Column("suite", sa.SmallInteger, nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("corrects", sa.LargeBinary(16), nullable=True),
        sa.Column("received_ms", _BIG, nullable=False),
        sa.Column("complete_ms", _BIG, nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("note", sa.Text, nullable=True),
        sa.Column("decided_ms", _BIG, nullable=True),
        sa.Column("decided_n", _BIG, nullable=True),
        sa.Column("decision_id", sa.LargeBinary(32), nullable=True),
        sa.Column("erased_ms", _BIG, nullable=True),
        sa.Column("retold_ms", _BIG, nullable=True),
        sa.Column("retold_id", sa.LargeBinary(32), nullable=True),
        sa.PrimaryKeyConstraint("station", "application", name="pk_county_case"),
    )
    op.create_index("ix_county_case_number", "county_case", ["number"])
    op.create_index("ix_county_case_application", "county_case", ["application"])
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
