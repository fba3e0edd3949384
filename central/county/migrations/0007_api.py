"""0007: tokens of the API, and what was answered to a repeated request (docs/api.md)."""

import sqlalchemy as sa
from alembic import op

revision = "county_0007"
down_revision = "county_0006"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "api_token",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("rights", sa.String(40), nullable=False),
        sa.Column("department", sa.String(20), nullable=False),
        sa.Column("made_ms", _BIG, nullable=False),
        sa.Column("until_ms", _BIG, nullable=False),
        sa.Column("revoked_ms", _BIG, nullable=True),
        sa.Column("used_ms", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("name", "made_ms", name="pk_api_token"),
    )
    op.create_index("ix_api_token_digest", "api_token", ["digest"])
    op.create_table(
        "api_answer",
        sa.Column("token", sa.String(100), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("asked", sa.LargeBinary(32), nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("token", "key", name="pk_api_answer"),
    )
    op.create_index("ix_api_answer_at_ms", "api_answer", ["at_ms"])
