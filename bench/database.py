"""The database of a county for a measure: a file on the disk of the checkout, or a server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import click
from sqlalchemy import URL, make_url

from bench.process import spent_with_children_s
from bench.workplace import working_folder
from central.store.copying import sqlite_url
from tests.builders.disks.postgres import PostgresServer

database_option = click.option(
    "--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite"
)
most_option = click.option("--most", default=100_000, show_default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An empty database."""

    url: URL
    spent_s: Callable[[], float]  # processor time of its server; a file has none


@contextmanager
def empty_database(kind: str) -> Iterator[Measured]:
    """One that is gone afterwards."""
    with working_folder() as folder:
        if kind == "sqlite":
            yield Measured(url=sqlite_url(folder / "county.db"), spent_s=float)
            return
        with PostgresServer() as server:
            spent_s = partial(spent_with_children_s, server.pid)
            yield Measured(url=make_url(server.empty_database()), spent_s=spent_s)
