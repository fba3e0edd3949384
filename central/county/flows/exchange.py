"""Cases in the national exchange tables (办件数据交换表): a row for each case, event or paper.

What the county does not know stays empty; nothing is guessed.

Source: docs/api.md, "Exchange tables".
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from central.county.casework.calls import Case
from central.county.casework.finding.people import resident_id
from central.county.flows.calls import Happened, Life
from central.county.flows.words import WORDS
from protocol.catalogue.items.model import Item
from protocol.catalogue.terms import OUTCOMES
from protocol.trust.schedule import local_time

Row = Mapping[str, str]

_PASSED, _BACK, _OTHER = "通过", "退回", "其他"
_FORWARD = frozenset({"accepted", "accepted-by-default", "passed", "decided", "closed"})
_BACKWARD = frozenset({"sent-back", "correction-asked", "not-accepted", "given-back"})
_COMPLETE = frozenset({"received", "corrected", "taken-back"})  # from when nothing was missing
_EXTENSION, _OTHER_PROCEDURE = "1", "2"  # GB/T 39046 A.7
_PERSON = "1"  # A.4
_WORST = 5  # A.8 counts from the best, a rating from the worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """What the rows of one case are made of."""

    case: Case
    life: Life
    item: Item | None  # None: no release that is kept knows it
    promised: str = ""  # day by which it was promised, also once it is decided; empty: not known

    def at(self, *kinds: str) -> Happened | None:
        """The last event of these kinds."""
        return next((one for one in reversed(self.life.events) if one.kind in kinds), None)

    @property
    def accepted_at(self) -> str:
        """When it was accepted: by default as of the receipt (行政许可法 article 32)."""
        accepted = self.at("accepted", "accepted-by-default")
        if accepted is None or accepted.kind == "accepted":
            return accepted.at if accepted else ""
        before = self.life.events[: accepted.n]
        return next(one.at for one in reversed(before) if one.kind in _COMPLETE)

    @property
    def applicant_id(self) -> str:
        """The identity number that the form has; empty: it has none, or was erased."""
        form = self.case.form if isinstance(self.case.form, dict) else {}
        return resident_id(self.item.schema.document, form) if self.item else ""


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
        "applyer_type": _PERSON if one.applicant_id else "",
        "applyer_page_type": "",
        "applyer_page_code": one.applicant_id,
        "legal": "",
        "contact_name": agent.name if agent else "",
        "contact_type": "",
        "contact_code": "",
        "contact_mobile": "",
        "address": "",
        "zip_code": "",
        "apply_date": _time(case.received_ms),
        "accept_date": one.accepted_at,
        "accept_doc_no": "",
        "org_code": "",
        "org_name": item.department if item else "",
        "handle_user_name": accepted.by if accepted else "",
        "promise_date": one.promised,
        "project_name": f"{case.applicant}{case.title}",
    }


def _process(one: Exchanged) -> Iterator[Row]:
    before = ""
    for event in one.life.events:
        name = _PASSED if event.kind in _FORWARD else _OTHER
        yield {
            "project_no": one.case.case,
            "event_name": _BACK if event.kind in _BACKWARD else name,
            "process_name": _node(one, event) or WORDS.get(event.kind, event.kind),
            "handle_user_name": event.by,
            "handle_explain": str(event.body.get("note", "")),
            "event_start_time": before or event.at,
            "event_end_time": event.at,
        }
        before = event.at


def _node(one: Exchanged, event: Happened) -> str:
    """Name of the node that passed a case on or back; empty: it is another event, or not known."""
    nodes = one.item.flow if one.item and event.kind in {"passed", "sent-back"} else ()
    return next((node.name for node in nodes if node.id == event.body.get("node")), "")


def _special(one: Exchanged) -> Iterator[Row]:
    begun: Happened | None = None
    for event in one.life.events:
        if event.kind == "extended":
            yield _extension(one, event)
        elif event.kind == "suspended":
            begun = event
        elif event.kind == "resumed" and begun is not None:
            yield _procedure(one, begun, event)
            begun = None
    if begun is not None:
        yield _procedure(one, begun, None)


def _procedure(one: Exchanged, begun: Happened, end: Happened | None) -> Row:
    return {
        "project_no": one.case.case,
        "special_type": _OTHER_PROCEDURE,
        "special_name": str(begun.body.get("procedure", "")),
        "special_time": begun.at,
        "end_time": end.at if end else "",
        "special_reason": str(begun.body.get("note", "")),
        "applyer_user_name": begun.by,
        "result": str(end.body.get("note", "")) if end else "",
        "special_explain": str(begun.body.get("planned", "")),
        "handle_user": end.by if end else begun.by,
    }


def _extension(one: Exchanged, event: Happened) -> Row:
    return {
        "project_no": one.case.case,
        "special_type": _EXTENSION,
        "special_name": "延长审批",
        "special_time": event.at,
        "end_time": event.at,
        "special_reason": str(event.body.get("note", "")),
        "applyer_user_name": event.by,
        "result": "",
        "special_explain": str(event.body.get("limit", "")),
        "handle_user": str(event.body.get("approver", "")) or event.by,
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
    decided, delivered, rated = one.at("decided"), one.at("delivered"), one.at("rated")
    if decided is None or one.case.outcome is None:
        return
    yield {
        "project_no": one.case.case,
        "result_date": decided.at,
        "result_type": OUTCOMES[one.case.outcome],
        "result_explain": one.case.note or "",
        "result_cetr_name": one.item.result.name if one.item and one.item.result else "",
        "result_cetr_no": str(decided.body.get("serial", "")),
        "is_delivery_results": "1" if delivered and delivered.n > decided.n else "0",
        "satisfaction": str(_WORST + 1 - rated.body["level"]) if rated else "",
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
