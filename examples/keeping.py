"""Keeps the demo's county, hub and stations running, with logins for their pages."""

import asyncio
import secrets
import signal

from rich.console import Console

from examples.sandbox import Program, Sandbox

# Codes by telephone are left out: the demo lasts for an hour, not for a year.
SETTINGS = 'pages = "127.0.0.1:0"\nsecond_factor = "optional"\n'
_COUNTY_ACCOUNTS = (
    ("赵系统", "system", "增加节点、导入表格"),
    ("钱安全", "security", "批准节点、管理账号"),
    ("孙审计", "audit", "查看审计记录"),
    ("李值班", "operator", "只看"),
    ("韦编写", "author", "编写事项目录，存为草稿"),
    ("何审核", "reviewer", "审核草稿：通过或退回"),
    ("农发布", "publisher", "发布审核通过的草稿"),
    ("黄经办", "handler", "查看办件和来信"),
)
_HUB_ACCOUNTS = (("周枢纽", "operator", "搬运 U 盘、查看积压"),)


async def keep(box: Sandbox, console: Console, county: Program, hub: Program) -> None:
    """Print the pages, a login for each role and what to try; return when somebody ends it."""
    password = secrets.token_urlsafe(12)
    secret = box.folder / "password"
    secret.write_text(password, "utf-8")
    console.print("\n[bold cyan]保持运行[/] [dim]everything stays up until you press Ctrl-C[/]")
    for program, page, accounts in (
        (county, "console", _COUNTY_ACCOUNTS),
        (hub, "board", _HUB_ACCOUNTS),
    ):
        told = await box.ask(program, page, "--json")
        title = "县控制台 console" if page == "console" else "枢纽看板 board"
        console.print(f"  {title}: [bold]{told['url']}[/]")
        for name, role, does in accounts:
            who = ("staff", "add", program.data, name, "--role", role)
            await box.run(program.command, *who, "--password-file", secret)
            console.print(f"    {name} [dim]{role}[/] {does}")
    console.print(f"  口令 password: [bold]{password}[/]")
    await _show_desk(box, console)
    console.print("  浏览器会提示证书不受信任：这是本机自签的证书，选择继续。")
    console.print("  [dim]the browser warns of a certificate of this machine's own; go on[/]")
    _show_commands(console, box, county)
    await _until_told()
    await asyncio.gather(*(box.stop(program) for program in box.programs.values()))
    console.print("  已全部停止。 [dim]all stopped[/]")


async def _show_desk(box: Sandbox, console: Console) -> None:
    """The clerk's pages at the first station, and the link that makes its first clerk."""
    told = await box.ask(box.programs["station1"], "desk", "--json")
    console.print(f"  村站工作台 desk: [bold]{told['url']}[/]")
    console.print("    第一名办事员从这里进，15 分钟内有效，过时用下面的 desk 再要一个：")
    console.print(f"    {told['first']}", soft_wrap=True)


def _show_commands(console: Console, box: Sandbox, county: Program) -> None:
    station = box.programs["station1"]
    console.print("  可以试试 try:")
    for line in (
        f"yizhan-county cases {county.data}",
        f"yizhan-county ledger {county.data}",
        f"yizhan-station status {station.data}",
        f"yizhan-station desk {station.data}",
    ):
        console.print(f"    .venv/bin/{line}", soft_wrap=True)


async def _until_told() -> None:
    """Wait for Ctrl-C, or for SIGTERM where nobody can press it."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    await told.wait()
