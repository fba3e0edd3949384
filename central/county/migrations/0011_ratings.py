"""0011: what is counted of each case, and bad ratings that are called back (docs/ratings.md)."""

import sqlalchemy as sa
from alembic import op

revision = "county_0011"
down_revision = "county_0010"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _figures()
    _callbacks()
    op.create_table(
        "rating_step",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("n", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("detail", sa.String(20), nullable=False),
        sa.Column("by_name", sa.String(100), nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "n", name="pk_rating_step"),
    )
    op.create_table(
        "rating_limits",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("limits", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rating_limits"),
    )


def _figures() -> None:
    op.create_table(
        "case_figure",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("township", sa.String(12), nullable=False),
        sa.Column("received_day", sa.String(10), nullable=False),
        sa.Column("done_day", sa.String(10), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("pace", sa.String(10), nullable=False),
        sa.Column("stopped", sa.Boolean, nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("excluded", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", name="pk_case_figure"),
    )
    op.create_index("ix_case_figure_received", "case_figure", ["received_day", "item", "township"])
    for name, column, which in (
        ("ix_case_figure_done", "done_day", sa.text("done_day <> ''")),
        ("ix_case_figure_undone", "received_day", sa.text("done_day = ''")),
    ):
        op.create_index(name, "case_figure", [column], sqlite_where=which, postgresql_where=which)


def _callbacks() -> None:
    op.create_table(
        "rating_callback",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("n", _BIG, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("item_type", sa.String(10), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("opened_ms", _BIG, nullable=False),
        sa.Column("call_day", sa.String(10), nullable=False),
        sa.Column("close_day", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("holder", sa.String(100), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("reached", sa.Boolean, nullable=False),
        sa.Column("finding", sa.String(10), nullable=False),
        sa.Column("mended", sa.Boolean, nullable=False),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.Column("closed_ms", _BIG, nullable=False),
        sa.Column("looked_day", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("station", "application", name="pk_rating_callback"),
    )
    which = sa.text("state <> 'closed'")
    for name, column in (("open", "opened_ms"), ("looked", "looked_day")):
        op.create_index(
            f"ix_rating_callback_{name}",
            "rating_callback",
            [column],
            sqlite_where=which,
            postgresql_where=which,
        )
    op.create_index("ix_rating_callback_opened", "rating_callback", ["opened_ms"])


def downgrade() -> None:
    """Forward only."""
    raise NotImplementedError("restore a backup instead")
