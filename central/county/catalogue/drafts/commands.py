"""``yizhan-county catalogue``: drafts, their review, releases (docs/publishing.md)."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from central.county.catalogue.drafts.calls import (
    APPROVE,
    DRAFTS,
    PROPOSE,
    PROPOSE_OLD,
    PROPOSE_WITHOUT,
    PUBLISH_DRAFT,
    REFUSE,
    WITHDRAW,
    Approve,
    Draft,
    Listed,
    Propose,
    Proposed,
    ProposeOld,
    ProposeWithout,
    PublishDraft,
    Refuse,
    Withdraw,
)
from central.county.catalogue.drafts.words import draft_line, proposed_lines
from central.county.catalogue.exchange.commands import table_command
from central.county.catalogue.find_commands import find_command
from central.county.catalogue.release_commands import release_commands
from protocol.errors import FileUnreadableError, UsageError
from protocol.json_values import to_json
from protocol.limits import MAX_CATALOGUE_FILE_BYTES
from runtime.cli.command import PATH, data_argument, json_option, print_json
from runtime.cli.terminal import answer
from runtime.control.calls import Ask
from runtime.disk.files import write_private

_author = click.option("--author", required=True, help="Who has written it.")
_draft = click.argument("draft", type=int)


def catalogue_group(ask: Ask) -> click.Group:
    """The group; ``ask`` asks whoever owns a data folder."""

    @click.group()
    def catalogue() -> None:
        """Propose, review and publish the catalogue."""

    commands = (_propose, _approve, _reject, _publish, _withdraw, _rollback, _drafts, find_command)
    for command in (*(make(ask) for make in commands), *release_commands(ask), table_command()):
        catalogue.add_command(command)
    return catalogue


def _propose(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("file", type=PATH)
    @_author
    @click.option("--draft", type=int, default=0, help="The draft that FILE is to replace.")
    @click.option("--digest", default="", help="Of the draft that FILE was made from.")
    @click.option("--base", type=click.IntRange(min=0), help="The release that FILE was made from.")
    @json_option
    def propose(
        data: Path,
        file: Path,
        *,
        author: str,
        draft: int,
        digest: str,
        base: int | None,
        as_json: bool,
    ) -> None:
        """Check FILE (- for standard input) and make it a draft; a second person reviews it."""
        if digest and not draft:
            raise UsageError("--digest 是草稿的摘要，要和 --draft 一起用")
        with _file(file) as path:
            wanted = Propose(file=path, author=author, draft=draft, digest=digest, base=base)
            proposed = ask(data, PROPOSE, wanted)
        _tell(proposed, as_json=as_json)

    return propose


def _approve(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_draft
    @click.option("--approver", required=True, help="Who approves it; not its author.")
    @click.option("--digest", default="", help="Of what was read; another content is refused.")
    @json_option
    def approve(data: Path, draft: int, *, approver: str, digest: str, as_json: bool) -> None:
        """Approve DRAFT as it is: these bytes, and no others."""
        wanted = Approve(draft=draft, approver=approver, digest=digest)
        _say(ask(data, APPROVE, wanted), as_json=as_json)

    return approve


def _reject(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_draft
    @click.option("--by", "person", required=True, help="Who sends it back.")
    @click.option("--reason", required=True, help="What is to be changed; its author reads it.")
    @json_option
    def reject(data: Path, draft: int, *, person: str, reason: str, as_json: bool) -> None:
        """Send DRAFT back to its author, who edits it (propose --draft) or withdraws it."""
        wanted = Refuse(draft=draft, person=person, reason=reason)
        _say(ask(data, REFUSE, wanted), as_json=as_json)

    return reject


def _publish(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_draft
    @click.option("--from", "start", help="The day from which on it counts.")
    @json_option
    def publish(data: Path, draft: int, *, start: str | None, as_json: bool) -> None:
        """Publish DRAFT as it was approved; prints the number of the release."""
        if start is not None and not start.strip():
            raise UsageError("--from 后面没有日期。现在就生效的，不写 --from")
        published = ask(data, PUBLISH_DRAFT, PublishDraft(draft=draft, start=start or ""))
        answer(to_json(published), str(published.release), as_json=as_json)

    return publish


def _withdraw(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("draft", type=int, required=False)
    @click.option("--item", "items", multiple=True, help="An item, in place of a draft.")
    @click.option("--by", "person", required=True, help="Who withdraws it.")
    @click.option("--reason", default="", help="Why.")
    @json_option
    def withdraw(
        data: Path,
        draft: int | None,
        *,
        items: Sequence[str],
        person: str,
        reason: str,
        as_json: bool,
    ) -> None:
        """Give DRAFT up; or make a draft of the catalogue without some items."""
        if (draft is None) != bool(items):
            raise UsageError("请指明草稿编号，或用 --item 指明事项，二者选一")
        if draft is None:
            proposed = ask(data, PROPOSE_WITHOUT, ProposeWithout(items=items, author=person))
            _tell(proposed, as_json=as_json)
            return
        wanted = Withdraw(draft=draft, person=person, reason=reason)
        _say(ask(data, WITHDRAW, wanted), as_json=as_json)

    return withdraw


def _rollback(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option(
        "--to",
        "release",
        type=click.IntRange(min=1),
        required=True,
        help="The release to go back to.",
    )
    @_author
    @json_option
    def rollback(data: Path, *, release: int, author: str, as_json: bool) -> None:
        """Make a draft with the content of an older release; what is planned is taken back."""
        wanted = ProposeOld(release=release, author=author)
        _tell(ask(data, PROPOSE_OLD, wanted), as_json=as_json)

    return rollback


def _drafts(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--all", "every", is_flag=True, help="Also those that are over.")
    @json_option
    def drafts(data: Path, *, every: bool, as_json: bool) -> None:
        """List drafts, newest first, and what each waits for."""
        found = ask(data, DRAFTS, Listed(all=every))
        if as_json:
            print_json(to_json(found))
            return
        for one in found:
            click.echo(draft_line(one))

    return drafts


def _tell(proposed: Proposed, *, as_json: bool) -> None:
    if as_json:
        print_json(to_json(proposed))
        return
    for line in proposed_lines(proposed):
        click.echo(line)


def _say(draft: Draft, *, as_json: bool) -> None:
    answer(to_json(draft), draft_line(draft), as_json=as_json)


@contextmanager
def _file(path: Path) -> Iterator[Path]:
    """Where whoever owns the data folder can read it; standard input becomes a private file."""
    if str(path) != "-":
        yield path.absolute()
        return
    data = sys.stdin.buffer.read(MAX_CATALOGUE_FILE_BYTES + 1)
    if len(data) > MAX_CATALOGUE_FILE_BYTES:
        raise FileUnreadableError(f"-：超过 {MAX_CATALOGUE_FILE_BYTES} 字节")
    with tempfile.TemporaryDirectory(prefix="yizhan-") as folder:
        kept = Path(folder) / "catalogue.json"
        write_private(kept, data)
        yield kept
