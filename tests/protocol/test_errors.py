"""Errors carry a stable code, whose fault it is, words for the clerk, and an exit code."""

import re
import subprocess
import sys

from protocol.errors import (
    EXIT_REFUSED,
    EXIT_UNREACHABLE,
    EXIT_USAGE,
    BusyError,
    DiskFullError,
    Fault,
    LineError,
    RefusedError,
    UsageError,
    YizhanError,
    every_error,
    from_code,
)

KINDS = every_error()


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(codes) == len(set(codes))


def test_every_error_speaks_chinese_and_shows_its_detail_and_code() -> None:
    for kind in KINDS:
        text = str(kind("value 7"))
        assert re.search("[\u4e00-\u9fff]", kind.zh), kind
        gap = "" if kind.zh.endswith("：") else " "
        assert text == f"{kind.zh}{gap}value 7 [{kind.code}]"
        assert re.fullmatch(r"[a-z]+(\.[a-z-]+)?", kind.code)


def test_the_exit_code_follows_from_the_branch_of_the_tree() -> None:
    for kind in KINDS:
        assert kind.exit_code == exit_code_of(kind), kind
        assert isinstance(kind.fault, Fault), kind


def exit_code_of(kind: type[YizhanError]) -> int:
    if issubclass(kind, UsageError):
        return EXIT_USAGE
    return EXIT_UNREACHABLE if issubclass(kind, LineError) else EXIT_REFUSED


def test_a_peer_names_an_error_by_its_code() -> None:
    for kind in KINDS:
        error = from_code(kind.code, "why")
        assert type(error) is kind
        assert error.detail == "why"


def test_a_code_of_a_newer_program_is_a_refusal() -> None:
    assert type(from_code("peer.not-yet-invented", "")) is RefusedError


def test_an_error_without_detail_shows_no_gap() -> None:
    assert str(DiskFullError()) == f"{DiskFullError.zh} [store.disk-full]"


def test_a_busy_peer_is_a_matter_of_the_line_so_nothing_is_given_up() -> None:
    assert issubclass(BusyError, LineError)
    assert BusyError().retry_after_s == 0


def test_a_program_that_is_only_told_a_code_finds_the_error_of_every_module() -> None:
    """In a program of its own: here other tests have imported all of them already."""
    asked = (
        "import pkgutil; from importlib import import_module\n"
        "import protocol.errors as errors\n"
        "known = set(errors.every_error())\n"
        "for one in pkgutil.iter_modules(errors.__path__):\n"
        "    import_module(f'protocol.errors.{one.name}')\n"
        "print(*(kind.code for kind in set(errors.every_error()) - known))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, check=True, text=True
    )
    assert found.stdout.split() == []
