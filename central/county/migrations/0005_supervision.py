"""0005: lights of cases, cards of supervision and what was said to them (docs/clocks.md)."""

import sqlalchemy as sa
from alembic import op

revision = "county_0005"
down_revision = "county_0004"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _lights()
    _cards()
    op.create_table(
        "supervision_word",
        sa.Column("card", _BIG, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("by_name", sa.String(100), nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("card", "n", name="pk_supervision_word"),
    )
    op.create_table(
        "supervision_rules",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("yellow", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_supervision_rules"),
    )


def _lights() -> None:
    op.create_table(
        "case_light",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("n", _BIG, nullable=False),
        sa.Column("next_ms", _BIG, nullable=False),
        sa.Column("light", sa.String(40), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("by_transport", sa.Boolean, nullable=False),
        sa.Column("due", sa.String(40), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("post", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("station", "application", name="pk_case_light"),
    )
    op.create_index("ix_case_light_next_ms", "case_light", ["next_ms"])
    op.create_index("ix_case_light_light", "case_light", ["light", "due"])


def _cards() -> None:
    op.create_table(
        "supervision_card",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("rule", sa.String(40), nullable=False),
        sa.Column("rung", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
        sa.Column("words", sa.String(4000), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("item_type", sa.String(10), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("post", sa.String(100), nullable=False),
        sa.Column("given_ms", _BIG, nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("appeal", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_supervision_card"),
        sa.UniqueConstraint(
            *("station", "application", "rule", "rung", "subject", "since"),
            name="uq_supervision_card_rung",
        ),
    )
    op.create_index("ix_supervision_card_month", "supervision_card", ["month", "department"])
    op.create_index("ix_supervision_card_state", "supervision_card", ["state", "id"])
