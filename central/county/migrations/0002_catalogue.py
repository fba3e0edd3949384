"""0002: drafts of the catalogue, and what was done to each."""

import sqlalchemy as sa
from alembic import op

revision = "county_0002"
down_revision = "county_0001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "catalogue_draft",
        sa.Column("number", _BIG, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("approver", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("base", _BIG, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("clears", sa.Boolean, nullable=False),
        sa.Column("edited_ms", _BIG, nullable=False),
        sa.Column("release", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_catalogue_draft"),
    )
    op.create_table(
        "catalogue_step",
        sa.Column("draft", _BIG, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("step", sa.String(12), nullable=False),
        sa.Column("person", sa.String(100), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("draft", "number", name="pk_catalogue_step"),
    )


def downgrade() -> None:
    """What was reviewed is not thrown away."""
    raise NotImplementedError("restore a backup instead")
