"""0006: documents that the county makes itself, and whom it told (docs/documents.md)."""

import sqlalchemy as sa
from alembic import op

revision = "county_0006"
down_revision = "county_0005"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "made_document",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("place", sa.SmallInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("serial", _BIG, nullable=False),
        sa.Column("number", sa.String(400), nullable=False),
        sa.Column("template", sa.Integer, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("reserved_ms", _BIG, nullable=False),
        sa.Column("issued_ms", _BIG, nullable=True),
        sa.Column("n", _BIG, nullable=True),
        sa.Column("sha256", sa.LargeBinary(32), nullable=True),
        sa.Column("size", _BIG, nullable=True),
        sa.Column("seal", sa.String(100), nullable=True),
        sa.Column("stamped_by", sa.String(100), nullable=True),
        sa.Column("stamped_ms", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("station", "application", "place", name="pk_made_document"),
    )
    op.create_index(
        "ix_made_document_department_kind_year_serial",
        "made_document",
        ["department", "kind", "year", "serial"],
    )
    op.create_index("ix_made_document_year_day", "made_document", ["year", "day"])
    op.create_table(
        "document_told",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("n", _BIG, nullable=False),
        sa.Column("place", sa.SmallInteger, nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("way", sa.String(12), nullable=False),
        sa.Column("person", sa.String(100), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "n", "place", name="pk_document_told"),
    )
    op.create_table(
        "document_due",
        sa.Column("station", sa.String(16), nullable=False),
        sa.Column("application", sa.LargeBinary(16), nullable=False),
        sa.Column("event", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
        sa.Column("next_ms", _BIG, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("station", "application", "event", name="pk_document_due"),
    )
    op.create_index("ix_document_due_next_ms", "document_due", ["next_ms"])


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("restore a backup instead")
