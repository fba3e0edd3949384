"""0010: cases found by whom they are about."""

import sqlalchemy as sa
from alembic import op

revision = "county_0010"
down_revision = "county_0009"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_ORDER = ["received_ms", "station", "application"]


def upgrade() -> None:
    """Make the tables of the index; ``yizhan-county find DATA --rebuild`` fills them anew."""
    op.create_table(
        "case_name_piece",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("piece", sa.String(2), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("received_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "piece", name="pk_case_name_piece"),
    )
    op.create_index("ix_case_name_piece_found", "case_name_piece", ["piece", *_ORDER])
    op.create_table(
        "case_person",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("person", sa.LargeBinary(16), nullable=False),
        sa.Column("last", sa.LargeBinary(8), nullable=False),
        sa.Column("applies", sa.Boolean, nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("received_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "person", name="pk_case_person"),
    )
    op.create_index("ix_case_person_found", "case_person", ["person", *_ORDER])
    op.create_index("ix_case_person_last", "case_person", ["last", *_ORDER])
    _make_pairs()


def _make_pairs() -> None:
    pair = (
        ("station", sa.String(16)),
        ("application", sa.LargeBinary(16)),
        ("other_station", sa.String(16)),
        ("other_application", sa.LargeBinary(16)),
    )
    op.create_table(
        "case_pair",
        *(sa.Column(name, kind, nullable=False) for name, kind in pair),
        sa.Column("received_ms", _BIG, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint(*(name for name, _ in pair), name="pk_case_pair"),
    )
    which = sa.text("is_open")
    op.create_index(
        "ix_case_pair_open",
        "case_pair",
        [*_ORDER, "other_station", "other_application"],
        sqlite_where=which,
        postgresql_where=which,
    )
    op.create_table(
        "case_pair_judged",
        *(sa.Column(name, kind, nullable=False) for name, kind in pair),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("by_name", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint(*(name for name, _ in pair), name="pk_case_pair_judged"),
    )
    for table in ("case_pair", "case_pair_judged"):
        name = f"ix_{table}_other_station_other_application"
        op.create_index(name, table, ["other_station", "other_application"])


def downgrade() -> None:
    """Forward only."""
    raise NotImplementedError("restore a backup instead")
