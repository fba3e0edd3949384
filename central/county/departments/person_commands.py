"""``yizhan-county person``, ``substitute`` and ``delegate``: people, and what they may do.

Source: docs/operations.md, "Departments and posts".
"""

from collections.abc import Sequence
from pathlib import Path

import click

from central.county.departments import calls
from central.county.departments.commands import say
from central.county.departments.sheet import day_of, power_words, powers_of
from protocol.errors import UsageError
from protocol.json_values import to_json
from runtime.cli.command import data_argument, json_option
from runtime.cli.terminal import answer, print_table
from runtime.control.calls import Ask, Nothing

_STATES = {
    "in-force": "有效",
    "to-come": "未生效",
    "over": "已到期",
    "superseded": "已被取代",
    "end": "收回",
}
_from = click.option("--from", "start", required=True, help="The first day, as 2026-01-31.")
_until = click.option("--until", required=True, help="The last day, as 2026-01-31.")


def person_groups(ask: Ask) -> list[click.Group]:
    """The commands about people; ``ask`` asks whoever owns the data folder of a county."""
    return [_person_group(ask), _substitute_group(ask), _delegate_group(ask)]


def _person_group(ask: Ask) -> click.Group:
    @click.group()
    def person() -> None:
        """People who handle cases: their posts, and when they are away."""

    for command in (_list(ask), _away(ask), _back(ask), _remove(ask)):
        person.add_command(command)
    return person


def _substitute_group(ask: Ask) -> click.Group:
    @click.group()
    def substitute() -> None:
        """Who stands in for whom, from one day to another."""

    for command in (_substitutes(ask), _add(ask), _drop(ask)):
        substitute.add_command(command)
    return substitute


def _delegate_group(ask: Ask) -> click.Group:
    @click.group()
    def delegate() -> None:
        """Delegations to chief representatives; none is ever edited."""

    for command in (_delegations(ask), _grant(ask), _revoke(ask)):
        delegate.add_command(command)
    return delegate


def _list(ask: Ask) -> click.Command:
    @click.command(name="list")
    @data_argument
    @json_option
    def list_persons(data: Path, *, as_json: bool) -> None:
        """List the people, their posts, and who is away."""
        found = ask(data, calls.SHOW, Nothing()).persons
        if as_json or not found:
            answer({"persons": to_json(found)}, "还没有人员。", as_json=as_json)
            return
        rows = [
            (
                one.name,
                "；".join(" ".join(post) for post in one.posts) or "没有岗位",
                f"外出至 {one.away_until}" if one.away_until else "在岗",
                "、".join(other.substitute for other in one.substitutes if other.counts),
                "" if one.has_account else "没有可用的账号",
            )
            for one in found
        ]
        print_table(("人员", "岗位", "在岗", "代班人", "账号"), rows)

    return list_persons


def _away(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("person")
    @_until
    @json_option
    def away(data: Path, person: str, *, until: str, as_json: bool) -> None:
        """Say that PERSON is away."""
        wanted = calls.PutAway(person=person, until=day_of(until, "--until"))
        say(ask(data, calls.PUT_AWAY, wanted), as_json=as_json)

    return away


def _back(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("person")
    @json_option
    def back(data: Path, person: str, *, as_json: bool) -> None:
        """Say that PERSON is there again."""
        say(ask(data, calls.PUT_AWAY, calls.PutAway(person=person)), as_json=as_json)

    return back


def _remove(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("person")
    @click.option("--to", default="", help="Who takes over cases and posts.")
    @json_option
    def remove(data: Path, person: str, *, to: str, as_json: bool) -> None:
        """Let PERSON go; open cases need a successor. The account stays."""
        wanted = calls.RemovePerson(name=person, to=to)
        say(ask(data, calls.REMOVE_PERSON, wanted), as_json=as_json)

    return remove


def _substitutes(ask: Ask) -> click.Command:
    @click.command(name="list")
    @data_argument
    @json_option
    def list_substitutes(data: Path, *, as_json: bool) -> None:
        """List who stands in for whom, today and later."""
        found = [
            (one.name, other)
            for one in ask(data, calls.SHOW, Nothing()).persons
            for other in one.substitutes
        ]
        if as_json or not found:
            shown = [{"person": name, **to_json(other)} for name, other in found]
            answer({"substitutes": shown}, "没有代班。", as_json=as_json)
            return
        rows = [(n, o.substitute, o.start, o.until, "今天" if o.counts else "") for n, o in found]
        print_table(("人员", "代班人", "从", "至", ""), rows)

    return list_substitutes


def _add(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("person")
    @click.argument("substitute")
    @_from
    @_until
    @json_option
    def add(
        data: Path, person: str, substitute: str, *, start: str, until: str, as_json: bool
    ) -> None:
        """Let SUBSTITUTE stand in for PERSON."""
        wanted = calls.PutSubstitute(
            person=person,
            substitute=substitute,
            start=day_of(start, "--from"),
            until=day_of(until, "--until"),
        )
        say(ask(data, calls.PUT_SUBSTITUTE, wanted), as_json=as_json)

    return add


def _drop(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("person")
    @click.argument("substitute")
    @_from
    @json_option
    def remove(data: Path, person: str, substitute: str, *, start: str, as_json: bool) -> None:
        """Let SUBSTITUTE not stand in for PERSON after all."""
        first = day_of(start, "--from")
        wanted = calls.PutSubstitute(person=person, substitute=substitute, start=first)
        say(ask(data, calls.PUT_SUBSTITUTE, wanted), as_json=as_json)

    return remove


def _delegations(ask: Ask) -> click.Command:
    @click.command(name="list")
    @data_argument
    @json_option
    def list_delegations(data: Path, *, as_json: bool) -> None:
        """List every delegation, the newest first."""
        found = ask(data, calls.SHOW, Nothing()).delegations
        if as_json or not found:
            answer({"delegations": to_json(found)}, "还没有授权。", as_json=as_json)
            return
        rows = [
            (
                *(one.number, one.instrument, one.department_name, one.person),
                power_words(frozenset(one.powers)) or "收回",
                f"{len(one.items)} 项" if one.items else "全部事项",
                *(one.start, one.until, _STATES[one.state]),
            )
            for one in found
        ]
        heads = ("编号", "授权书", "部门", "首席代表", "权限", "事项", "从", "至", "状态")
        print_table(heads, rows)

    return list_delegations


def _grant(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("department")
    @click.argument("person")
    @click.option("--instrument", required=True, help="Number of the paper.")
    @click.option("--powers", required=True, help="accept,review,decide,seal; or in Chinese.")
    @click.option("--item", "items", multiple=True, help="Of these items; without, of all.")
    @click.option("--deputy", default="", help="Acts while PERSON is away.")
    @click.option("--supersedes", type=int, help="Number of the delegation that it replaces.")
    @_from
    @_until
    @json_option
    def grant(
        data: Path,
        department: str,
        person: str,
        *,
        instrument: str,
        powers: str,
        items: Sequence[str],
        deputy: str,
        supersedes: int | None,
        start: str,
        until: str,
        as_json: bool,
    ) -> None:
        """Enter that DEPARTMENT has delegated powers to PERSON, its chief representative."""
        if not (given := powers_of(powers)):
            raise UsageError("--powers 没有写权限")
        wanted = calls.Delegate(
            instrument=instrument,
            department=department,
            person=person,
            powers=given,
            items=items,
            start=day_of(start, "--from"),
            until=day_of(until, "--until"),
            deputy=deputy,
            supersedes=supersedes,
        )
        say(ask(data, calls.DELEGATE, wanted), as_json=as_json)

    return grant


def _revoke(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("number", type=int)
    @click.option("--instrument", required=True, help="Number of the paper that takes it back.")
    @_from
    @json_option
    def revoke(data: Path, number: int, *, instrument: str, start: str, as_json: bool) -> None:
        """Take the delegation NUMBER back."""
        first = day_of(start, "--from")
        wanted = calls.Revoke(number=number, instrument=instrument, start=first)
        say(ask(data, calls.REVOKE, wanted), as_json=as_json)

    return revoke
