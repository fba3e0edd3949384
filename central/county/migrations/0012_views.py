"""0012: views of the work list by name."""

import sqlalchemy as sa
from alembic import op

revision = "county_0012"
down_revision = "county_0011"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "work_view",
        sa.Column("view", sa.LargeBinary(8), nullable=False),
        sa.Column("owner", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("post", sa.String(100), nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("made_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("view", name="pk_work_view"),
    )
    op.create_index("ix_work_view_owner", "work_view", ["owner"])
    op.create_index("ix_work_view_department", "work_view", ["department"])
    op.create_table(
        "work_view_default",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("view", sa.LargeBinary(8), nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_work_view_default"),
    )


def downgrade() -> None:
    """Forward only."""
    raise NotImplementedError("restore a backup instead")
