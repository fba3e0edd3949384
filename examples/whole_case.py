"""One case from its draft at a desk to its rating, told at the county and shown at its village."""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from examples.clerk import first_clerk
from examples.sandbox import Program, Sandbox

HANDLER, CHIEF, CASHIER = "韦兰", "黄局", "陆会计"
ITEM, FEE = "451423-060", "5.00"  # a lost household register, and what another one costs
FORM = {
    "applicant_name": "样秀兰",
    "applicant_id": "451423189501013292",
    "phone": "19900000060",
    "address": "龙州县金龙镇高山村布怀屯12号",
    "reissue_reason": "遗失",
    "householder_name": "样秀兰",
    "collect_way": "村级便民服务站",
}
FACTS = {"办理类型": "补发"}
_WAIT_S = 120.0
_LOOK_S = 0.3

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCase:
    """The story of one application."""

    sandbox: Sandbox
    console: Console
    county: Program
    station: Program

    async def tell(self, scans: Path, decision: Path) -> bool:
        """Play it; whether the case ended as it should.

        Args:
            scans: folder with the papers.
            decision: the paper that goes with it.
        """
        application = await self.taken_in(scans)
        await self.wait("又一件到县里", lambda: self.village_says(application, "complete"))
        case = await self.case_of(application)
        await self.act(case, "take", by=HANDLER)
        said, until = "申请表第二页看不清。", {"until": "2099-12-31"}
        await self.act(case, "ask-correction", by=HANDLER, note=said, fields=until)
        await self.wait("补正告知书自己发出", lambda: self.issued(case, "correction"))
        await self.wait("村里看到要补正", lambda: self.village_says(application, "returned"))
        paper = scans / "09-application-form.png"
        await self.ask("supplement", application, "--attach", f"application-form={paper}")
        await self.wait("补交的材料到县里", lambda: self.stands(case, "received"))
        await self.document(case, "receipt")
        await self.act(case, "accept", by=HANDLER)
        await self.wait("受理通知书自己发出", lambda: self.issued(case, "accepted"))
        await self.paid(case)
        while "pass" in (await self.life(case))["enabled"]:
            await self.act(case, "pass", by=HANDLER, note="符合条件。")
        outcome = {"outcome": "approved"}
        await self.act(case, "decide", by=CHIEF, note="准予办理。", fields=outcome, attach=decision)
        await self.wait("决定到村站", lambda: self.village_says(application, "decided"))
        await self.wait("决定书自己发出", lambda: self.issued(case, "approved"))
        given = ("--what", "handed-over", "--way", "in-person", "--person", "本人")
        await self.ask("told", application, *given)
        await self.ask("rate", application, "--level", "5", "--words", "办得快")
        await self.wait("送达和评价到县里", lambda: self.is_rated(case))
        return await self.show(case)

    async def taken_in(self, scans: Path) -> str:
        """Drafted at the desk and handed in from it; the id of the application."""
        link = (await self.sandbox.ask(self.station, "desk", "--json"))["first"]
        async with first_clerk(link, "韦小芳", secrets.token_urlsafe(12)) as clerk:
            application = await clerk.draft(ITEM, FORM)
            for material in ("id-card", "application-form"):
                (scan,) = scans.glob(f"09-{material}.*")
                await clerk.paper(ITEM, application, material, scan)
            await clerk.hand_in(ITEM, application)
        return application

    async def paid(self, case: str) -> None:
        """The notice, its print for the village, and the payment: nobody types an amount."""
        facts = self.sandbox.folder / "facts.json"
        facts.write_text(json.dumps(FACTS), "utf-8")
        fee = await self.pay("notice", case, "--facts", facts)
        await self.pay("print", case)
        paid = await self.pay("record", case, "--payer", FORM["applicant_name"])
        if (fee["total"], paid["paid"], paid["state"]) != (FEE, FEE, "paid"):
            raise RuntimeError(f"a fee of {fee['total']}, paid {paid['paid']}: {paid['state']}")
        self.console.print(f"  缴费 {paid['paid']} 元，票据 {paid['entries'][-1]['number']}")

    async def pay(self, what: str, case: str, *words: str | Path) -> Json:
        """Do something with the fee."""
        folder = self.county.data
        said = await self.sandbox.run(
            self.county.command, "pay", what, folder, case, *words, "--as", CASHIER, "--json"
        )
        fee: Json = json.loads(said)
        return fee

    async def case_of(self, application: str) -> str:
        """Number of its case."""
        life = await self.sandbox.ask(self.county, "case", application, "--json")
        return str(life["case"])

    async def life(self, case: str) -> Json:
        """What the county says of it."""
        life: Json = await self.sandbox.ask(self.county, "case", case, "--json")
        return life

    async def act(
        self,
        case: str,
        action: str,
        *,
        by: str,
        note: str = "",
        fields: Json | None = None,
        attach: Path | None = None,
    ) -> None:
        """Do one step."""
        words: list[str | Path] = ["--as", by, "--note", note]
        if fields:
            file = self.sandbox.folder / f"{action}.json"
            file.write_text(json.dumps(fields), "utf-8")
            words += ["--fields", file]
        if attach:
            words += ["--attach", attach]
        await self.sandbox.ask(self.county, "act", case, action, *words, "--json")

    async def document(self, case: str, template: str) -> None:
        """Send a document that no step brings by itself, made of a template."""
        await self.sandbox.ask(self.county, "document", case, "--template", template, "--json")

    async def issued(self, case: str, kind: str) -> bool:
        """Whether the document that a step brings has gone out."""
        folder, command = self.county.data, self.county.command
        said = await self.sandbox.run(command, "documents", "list", folder, case, "--json")
        return any(one["kind"] == kind and one["n"] for one in json.loads(said))

    async def ask(self, command: str, application: str, *words: str | Path) -> None:
        """Ask the village's PC."""
        await self.sandbox.ask(self.station, command, application, *words, "--json")

    async def village_says(self, application: str, state: str) -> bool:
        """Whether the station shows it so."""
        status = await self.sandbox.ask(self.station, "status", "--json")
        states = {one["application"]: one["state"] for one in status["applications"]}
        return bool(states[application] == state)

    async def stands(self, case: str, state: str) -> bool:
        """Whether the county has it so."""
        return bool((await self.life(case))["state"] == state)

    async def is_rated(self, case: str) -> bool:
        """Whether the rating has come, and the handing over before or after it."""
        life = await self.life(case)
        kinds = {event["kind"] for event in life["events"]}
        return {"rated", "delivered"} <= kinds

    async def wait(self, title: str, is_so: Callable[[], Awaitable[bool]]) -> None:
        """Look until it is so."""
        started = time.monotonic()
        while not await is_so():
            if time.monotonic() - started > _WAIT_S:
                raise RuntimeError(f"{title}: not after {_WAIT_S:.0f} s")
            await asyncio.sleep(_LOOK_S)
        self.console.print(f"  {title} ({time.monotonic() - started:.1f} s)")

    async def show(self, case: str) -> bool:
        """Print what happened; whether it was handed over and rated."""
        life = await self.life(case)
        for event in life["events"]:
            at = event["at"][:16].replace("T", " ")
            self.console.print(f"  [dim]{at}[/] {event['kind']} [dim]{event['by']}[/]")
        ended: bool = life["state"] == "delivered"
        colour = "green" if ended else "red"
        self.console.print(f"[bold {colour}]case {case} {life['state']}[/]")
        return ended
