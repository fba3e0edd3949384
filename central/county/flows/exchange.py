"""Cases in the national exchange tables (办件数据交换表): a row for each case, event or paper.

What the county does not know stays empty; nothing is guessed.

Source: docs/api.md, "Exchange tables".
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from central.county.casework.calls import Case
from central.county.flows.calls import Happened, Life
from central.county.flows.words import WORDS
from protocol.casework.states import State
from protocol.catalogue.items.model import Item
from protocol.trust.schedule import local_time

Row = Mapping[str, str]

_PASSED, _BACK, _OTHER = "通过", "退回", "其他"
_FORWARD = frozenset({"accepted", "accepted-by-default", "passed", "decided", "closed"})
_BACKWARD = frozenset({"sent-back", "correction-asked", "not-accepted", "given-back"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """What the rows of one case are made of."""

    case: Case
    life: Life
    item: Item | None  # None: no release that is kept knows it

    def at(self, *kinds: str) -> Happened | None:
        """The last event of these kinds."""
        return next((one for one in reversed(self.life.events) if one.kind in kinds), None)


def _accept(one: Exchanged) -> Iterator[Row]:
    case, item = one.case, one.item
    accepted = one.at("accepted", "accepted-by-default")
    agent = case.taken.agent if case.taken else None
    codes = item.codes if item else None
    yield {
        "project_no": case.case,
        "catalog_code": codes.catalog_code if codes else "",
        "task_code": codes.task_code if codes else "",
        "task_handle_item": codes.task_handle_item if codes else "",
        "task_name": case.title,
        "task_version": str(item.version) if item else "",
        "project_type": item.case_type if item else "",
        "apply_type": case.taken.mode.value if case.taken and case.taken.mode else "",
        "applyer_name": case.applicant,
        "applyer_type": "",
        "applyer_page_type": "",
        "applyer_page_code": "",
        "legal": "",
        "contact_name": agent.name if agent else "",
        "contact_type": "",
        "contact_code": "",
        "contact_mobile": "",
        "address": "",
        "zip_code": "",
        "apply_date": _time(case.received_ms),
        "accept_date": accepted.at if accepted else "",
        "accept_doc_no": "",
        "org_code": "",
        "org_name": item.department if item else "",
        "handle_user_name": accepted.by if accepted else "",
        "promise_date": one.life.due.promised,
        "project_name": f"{case.applicant}{case.title}",
    }


def _process(one: Exchanged) -> Iterator[Row]:
    before = ""
    for event in one.life.events:
        name = _PASSED if event.kind in _FORWARD else _OTHER
        yield {
            "project_no": one.case.case,
            "event_name": _BACK if event.kind in _BACKWARD else name,
            "process_name": WORDS.get(event.kind, event.kind),
            "handle_user_name": event.by,
            "handle_explain": str(event.body.get("note", "")),
            "event_start_time": before or event.at,
            "event_end_time": event.at,
        }
        before = event.at


def _special(one: Exchanged) -> Iterator[Row]:
    begun: Happened | None = None
    for event in one.life.events:
        if event.kind == "suspended":
            begun = event
        elif event.kind == "resumed" and begun is not None:
            yield _procedure(one, begun, event)
            begun = None
    if begun is not None:
        yield _procedure(one, begun, None)


def _procedure(one: Exchanged, begun: Happened, end: Happened | None) -> Row:
    return {
        "project_no": one.case.case,
        "special_type": "",
        "special_name": str(begun.body.get("procedure", "")),
        "special_time": begun.at,
        "end_time": end.at if end else "",
        "special_reason": str(begun.body.get("note", "")),
        "applyer_user_name": begun.by,
        "result": str(end.body.get("note", "")) if end else "",
        "special_explain": str(begun.body.get("planned", "")),
        "handle_user": end.by if end else begun.by,
    }


def _material(one: Exchanged) -> Iterator[Row]:
    every = one.item.materials if one.item else ()
    names = {paper.id: paper.name for item in every for paper in (item, *item.promises())}
    for file in one.case.attachments:
        yield {
            "project_no": one.case.case,
            "material_name": names.get(file.material, file.material),
            "get_type": "电子",
            "get_num": "1",
            "material_attach_name": file.name,
        }


def _result(one: Exchanged) -> Iterator[Row]:
    decided, rated = one.at("decided"), one.at("rated")
    if decided is None or one.case.outcome is None:
        return
    yield {
        "project_no": one.case.case,
        "result_date": decided.at,
        "result_type": one.case.outcome,
        "result_explain": one.case.note or "",
        "result_cetr_name": one.item.result.name if one.item and one.item.result else "",
        "result_cetr_no": str(decided.body.get("serial", "")),
        "is_delivery_results": "1" if one.life.state == State.DELIVERED.value else "0",
        "satisfaction": str(rated.body.get("level", "")) if rated else "",
    }


def _time(at_ms: int) -> str:
    return local_time(at_ms).isoformat(timespec="seconds")


TABLES: Mapping[str, Callable[[Exchanged], Iterator[Row]]] = {
    "up_pro_accept": _accept,
    "up_pro_process": _process,
    "up_pro_special_procedure": _special,
    "up_pro_material": _material,
    "up_pro_result": _result,
}
