"""``yizhan-county catalogue show|diff|history|export``."""

from pathlib import Path

import click

from central.county.catalogue.drafts.calls import (
    DIFF,
    DRAFT,
    EXPORT,
    HISTORY,
    SHOW,
    Between,
    Export,
    One,
    Past,
    WhichRelease,
)
from central.county.catalogue.drafts.words import release_lines, review_words, shown_lines
from central.county.catalogue.exchange.commands import write_catalogue
from central.county.catalogue.exchange.national import national_tables
from protocol.catalogue.changes.difference import in_words
from protocol.json_values import to_json
from protocol.trust.schedule import local_time
from runtime.cli.command import (
    PATH,
    always_json,
    data_argument,
    json_option,
    json_text,
    print_json,
)
from runtime.cli.terminal import print_table
from runtime.control.calls import Ask


def release_commands(ask: Ask) -> list[click.Command]:
    """The commands; ``ask`` asks whoever owns a data folder."""
    return [_show(ask), _diff(ask), _history(ask), _export(ask)]


def _show(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("draft", type=int, required=False)
    @click.option("--release", type=int, default=0, help="An older release.")
    @click.option("--item", default="", help="Show this item as it stands in the release.")
    @json_option
    def show(data: Path, draft: int | None, *, release: int, item: str, as_json: bool) -> None:
        """Show a DRAFT, its changes, its findings and its review; without DRAFT a release."""
        if draft is not None:
            shown = ask(data, DRAFT, One(draft=draft))
            document, lines = to_json(shown), shown_lines(shown)
        else:
            found = ask(data, SHOW, WhichRelease(release=release, item=item))
            document, lines = to_json(found), release_lines(found)
            if found.item is not None:
                lines = iter([json_text(found.item, indent=2)])
        if as_json:
            print_json(document)
            return
        for line in lines:
            click.echo(line)

    return show


def _diff(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("old", type=int, required=False)
    @click.argument("new", type=int, required=False)
    @json_option
    def diff(data: Path, old: int | None, new: int | None, *, as_json: bool) -> None:
        """Say what is different between releases OLD and NEW; without them the newest two."""
        found = ask(data, DIFF, Between(old=old or 0, new=new or 0))
        if as_json:
            print_json(to_json(found))
            return
        click.echo(f"第 {found.old} 版与第 {found.new} 版相比，有 {len(found.changes)} 处不同：")
        for line in in_words(tuple(found.changes)):
            click.echo(line)

    return diff


def _history(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--item", default="", help="Only releases with another version of this item.")
    @click.option("--limit", type=int, default=20, show_default=True, help="So many releases.")
    @json_option
    def history(data: Path, *, item: str, limit: int, as_json: bool) -> None:
        """List releases, newest first: when, how much changed, who wrote and who approved."""
        found = ask(data, HISTORY, Past(item=item, limit=limit))
        if as_json:
            print_json(to_json(found))
            return
        rows = [
            (
                one.release,
                f"{local_time(one.created_ms):%Y-%m-%d %H:%M}",
                one.items,
                one.changed,
                one.start or "—",
                "—" if one.version is None else one.version,
                review_words(one),
            )
            for one in found
        ]
        print_table(("版本", "发布时间", "事项", "改动", "生效日", "事项版本", "审核"), rows)

    return history


def _export(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--release", type=int, default=0, help="An older release.")
    @click.option("--to", type=PATH, help="A new .json, .xlsx or folder (CSV).")
    @click.option("--national", is_flag=True, help="Under the names of the national exchange.")
    @click.option("--force", is_flag=True, help="Replace a file that is there.")
    @always_json
    def export(data: Path, *, release: int, to: Path | None, national: bool, force: bool) -> None:
        """Write the catalogue as a file that can be edited and proposed again."""
        found = ask(data, EXPORT, Export(release=release))
        if to is None:
            print_json(national_tables(found.catalogue) if national else found.catalogue)
            return
        write_catalogue(found.catalogue, to, national=national, force=force)
        click.echo(f"第 {found.release} 版已写入 {to}", err=True)

    return export
