"""Base of all models, and the column types that mean the same on SQLite and PostgreSQL."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Big = BigInteger().with_variant(Integer, "sqlite")

Node = Annotated[str, mapped_column(String(16))]
"""A node id."""
Digest = Annotated[bytes, mapped_column(LargeBinary(32))]
"""An envelope or blob id."""
Short = Annotated[bytes, mapped_column(LargeBinary(8))]
"""An instance, incarnation or exchange id."""
Millis = Annotated[int, mapped_column(Big)]
"""UTC, ms since 1970, by this machine's clock."""
Count = Annotated[int, mapped_column(Big)]
"""A number that may outgrow 32 bits."""


BY_KEY: Mapping[str, Any] = {"by_key": True}
"""Option of a statement that changes a row or two that it finds by their key: it needs no thread.

Any other statement with it would keep all others waiting (central.store.session).
"""


class Base(DeclarativeBase):
    """Base of every table of hub and county."""

    metadata = MetaData(naming_convention=NAMING)


PASSING: Mapping[str, Any] = {"info": {"passing": True}}
"""Of a table whose rows are of running processes: they are in no copy of the database."""


def table_of(model: type[Base]) -> Table:
    """The table of ``model``: many rows go into it six times as fast as through the class."""
    return cast("Table", model.__table__)
