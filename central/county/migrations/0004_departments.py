"""0004: departments, posts, people, delegations (docs/operations.md, "Departments and posts")."""

import sqlalchemy as sa
from alembic import op

revision = "county_0004"
down_revision = "county_0003"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _make_departments()
    _make_people()


def _make_departments() -> None:
    op.create_table(
        "department",
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("aliases", sa.Text, nullable=False),
        sa.Column("phone", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_department"),
    )
    op.create_table(
        "department_window",
        sa.Column("department", sa.String(20), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("department", "name", name="pk_department_window"),
    )
    op.create_table(
        "department_post",
        sa.Column("department", sa.String(20), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("aliases", sa.Text, nullable=False),
        sa.Column("powers", sa.String(40), nullable=False),
        sa.Column("at_window", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("department", "name", name="pk_department_post"),
    )


def _make_people() -> None:
    op.create_table(
        "department_person",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("away_until", sa.String(10), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_department_person"),
    )
    op.create_table(
        "department_seat",
        sa.Column("department", sa.String(20), nullable=False),
        sa.Column("post", sa.String(100), nullable=False),
        sa.Column("person", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("department", "post", "person", name="pk_department_seat"),
    )
    op.create_table(
        "department_substitution",
        sa.Column("person", sa.String(100), nullable=False),
        sa.Column("substitute", sa.String(100), nullable=False),
        sa.Column("start", sa.String(10), nullable=False),
        sa.Column("until", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("person", "substitute", "start", name="pk_department_substitution"),
    )
    op.create_table(
        "delegation",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("instrument", sa.String(100), nullable=False),
        sa.Column("department", sa.String(20), nullable=False),
        sa.Column("person", sa.String(100), nullable=False),
        sa.Column("powers", sa.String(40), nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("start", sa.String(10), nullable=False),
        sa.Column("until", sa.String(10), nullable=False),
        sa.Column("deputy", sa.String(100), nullable=False),
        sa.Column("supersedes", sa.Integer, nullable=True),
        sa.Column("entered_ms", _BIG, nullable=False),
        sa.Column("entered_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_delegation"),
    )


def downgrade() -> None:
    """There is nothing to go back for."""
    raise NotImplementedError("restore a backup instead")
