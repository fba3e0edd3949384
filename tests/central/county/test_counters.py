"""Numbers of several series, taken together."""

from central.county.counters.service import take, take_all
from central.store.engine import Store


async def test_many_series_are_counted_in_one_statement_each_by_itself(database_url: str) -> None:
    async with Store(database_url) as store:
        assert await store.transact(lambda session: take(session, "b", 2)) == 1
        first = await store.transact(lambda session: take_all(session, {"b": 3, "a": 1, "c": 2}))
        assert first == {"a": 1, "b": 3, "c": 1}
        assert await store.transact(lambda session: take_all(session, {})) == {}
        assert await store.transact(lambda session: take(session, "b", 1)) == 6
