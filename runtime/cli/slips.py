"""``receipt verify|page``, alike in three programs (docs/operations.md, "Slips")."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from protocol.json_values import to_json
from protocol.limits import MAX_SLIP_CHARS
from runtime.cli.command import FILE, data_argument, json_option
from runtime.cli.terminal import answer
from runtime.control.calls import Ask

if TYPE_CHECKING:
    from runtime.node.slips import SlipShown


def receipt_group(ask: Ask) -> click.Group:
    """The commands; ``ask`` asks whoever owns a data folder."""

    @click.group()
    def receipt() -> None:
        """Slips that stations print for citizens."""

    @receipt.command()
    @data_argument
    @click.argument("text", nargs=-1)
    @json_option
    def verify(data: Path, text: tuple[str, ...], *, as_json: bool) -> None:
        """Say whether a slip is true: its TEXT, scanned or typed; without one from stdin."""
        from runtime.node.slips import VERIFY, VerifySlip  # noqa: PLC0415 - what only it needs

        said = " ".join(text) if text and text != ("-",) else sys.stdin.read(MAX_SLIP_CHARS + 1)
        shown = ask(data, VERIFY, VerifySlip(text=said))
        answer(to_json(shown), _words(shown), as_json=as_json)

    @receipt.command("page")
    @data_argument
    @click.option("--to", type=FILE, required=True, help="A new file.")
    @json_option
    def page(data: Path, *, to: Path, as_json: bool) -> None:
        """Write one file that verifies slips in any browser, without a network."""
        from runtime.node.slips import PAGE, SaveSlipPage  # noqa: PLC0415 - what only it needs

        saved = ask(data, PAGE, SaveSlipPage(to=to.absolute()))
        words = f"已存成 {to}：按名册第 {saved.roster} 版核验收件凭证，用浏览器打开，不用连网"
        answer(to_json(saved), words, as_json=as_json)

    return receipt


def _words(shown: "SlipShown") -> str:
    from runtime.web.words import moment  # noqa: PLC0415 - what only it needs

    lines = [
        f"凭证属实：签名属于名册上的“{shown.name}”（{shown.division}）。",
        f"事项 {shown.item}，收下的时间 {moment(shown.at_ms)}（按村站电脑的时钟），",
        f"编号 {shown.number or shown.application[:8]}，申请 {shown.application}。",
        "它说明这个村站收下了这件申请；县里是否收到、是否受理，要另看县里的回执。",
    ]
    if shown.lost:
        lines.append("注意：签名的那台电脑后来丢失或更换了，请再向村站核实。")
    return "\n".join(lines)
