"""``yizhan-station numbers``, as a clerk types it."""

import asyncio
import json
from typing import Any

import pytest

from protocol.numbers.number import Number, NumberKind
from runtime.cli.program import run_program
from station_agent.cli import cli
from tests.station_agent.numbers.scene import block, send
from tests.station_agent.village import Village

APPLICATION = "ab" * 16


class Clerk:
    """Types commands at one station."""

    def __init__(self, village: Village, capsys: pytest.CaptureFixture[str]) -> None:
        self._village, self._capsys, self.error = village, capsys, ""

    def types(self, *more: str, code: int = 0) -> str:
        assert run_program(cli, ["numbers", str(self._village.data), *more]) == code
        out, self.error = self._capsys.readouterr()
        return out

    def asks(self, *more: str) -> Any:
        return json.loads(self.types(*more, "--json"))

    def handed_in(self) -> str:
        """An application of this station."""

        async def come() -> str:
            async with self._village.open() as station:
                return await self._village.submit(station)

        return asyncio.run(come())

    def given(self, *kinds: NumberKind) -> None:
        async def came() -> None:
            async with self._village.open() as station:
                await send(self._village, station, *(block(1, 30, kind=kind) for kind in kinds))

        asyncio.run(came())


@pytest.fixture
def clerk(village: Village, capsys: pytest.CaptureFixture[str]) -> Clerk:
    return Clerk(village, capsys)


def test_without_a_block_that_is_said(clerk: Clerk) -> None:
    clerk.given()
    assert clerk.asks() == {"blocks": [], "remaining": {"case": 0, "ticket": 0}}
    assert "本机没有号段" in clerk.types()


def test_what_is_left_is_shown_by_kind_and_what_was_voided_with_its_reason(clerk: Clerk) -> None:
    clerk.given(NumberKind.CASE, NumberKind.TICKET)
    assert clerk.asks()["remaining"] == {"case": 30, "ticket": 30}
    assert clerk.asks("--void", "卡纸")["voided"] == ["1-1"]
    assert clerk.asks("--void", "卡纸", "--count", "2")["voided"] == ["2-3"]
    found = clerk.asks("--void", "不再收费", "--all", "--kind", "ticket")
    assert found["voided"] == ["1-30"]
    assert found["remaining"] == {"case": 27, "ticket": 0}
    assert [(one["kind"], one["next"], one["voids"]) for one in found["blocks"]] == [
        ("case", 4, [{"first": 1, "last": 3, "reason": "卡纸"}]),
        ("ticket", None, [{"first": 1, "last": 30, "reason": "不再收费"}]),
    ]
    out = clerk.types()
    assert "预发编号 451423 2026 年 1-30：共 30，已用 0，作废 3，剩余 27" in out
    assert "  作废 1-30：不再收费" in out


def test_a_ticket_is_given_for_an_application(clerk: Clerk) -> None:
    clerk.given(NumberKind.TICKET)
    application = clerk.handed_in()
    found = clerk.asks("--ticket", application)
    assert found["application"] == application
    assert Number.read(found["number"]).serial == 1
    assert clerk.types("--ticket", application) == (
        f"申请 {application} 的票据号码：{found['number']}\n"
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--void", ""), 3, "[number.wrong]"),
        (("--void", " \u3000"), 3, "[number.wrong]"),
        (("--void", "", "--all"), 3, "[number.wrong]"),
        (("--all",), 2, "[usage]"),
        (("--count", "2"), 2, "[usage]"),
        (("--void", "卡纸", "--count", "2", "--all"), 2, "[usage]"),
        (("--void", "卡纸", "--count", "0"), 2, "[usage]"),
        (("--void", "卡纸", "--ticket", APPLICATION), 2, "[usage]"),
        (("--void", "", "--ticket", APPLICATION), 2, "[usage]"),
        (("--void", "卡纸", "--count", "31"), 3, "[number.spent]"),
        (("--ticket", APPLICATION), 3, "[number.spent]"),
    ],
)
def test_what_can_t_be_done_is_said_and_changes_nothing(
    clerk: Clerk, words: tuple[str, ...], code: int, said: str
) -> None:
    clerk.given(NumberKind.CASE)
    assert clerk.types(*words, code=code) == ""
    assert said in clerk.error
    assert clerk.asks()["remaining"] == {"case": 30, "ticket": 0}


def test_a_ticket_of_no_application_is_refused(clerk: Clerk) -> None:
    clerk.given(NumberKind.TICKET)
    for nothing in ("", "xyz"):
        assert clerk.types("--ticket", nothing, code=2) == ""
    assert clerk.types("--ticket", APPLICATION, code=3) == ""
    assert "本站没有这个申请编号" in clerk.error
    assert clerk.asks()["remaining"] == {"case": 0, "ticket": 30}
