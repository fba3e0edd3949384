"""A catalogue under the field names of the national exchange tables.

One table for items, and one for each list of theirs, joined by ``row_guid``. What we have no value
for is left out: the receiving side's own rules decide what it does about it.

Source: domain of GB/T 39046-2020 table 4 and ``up_task_general_basic``; docs/catalogue-tables.md.
"""

from collections.abc import Callable, Iterator, Mapping

from central.county.catalogue.exchange.cells import guarded
from protocol.catalogue.calendars.due import Limit, Unit, read_limit
from protocol.catalogue.documents import Document

Row = dict[str, str]
_UNITS = {Unit.WORKING_DAYS: "1", Unit.DAYS: "2", Unit.HOURS: "3"}  # 1 is 工作日 in practice
_CHARGED, _FREE = "1", "0"

BASIC, LAWS, LINKS, PAPERS = "up_task_general_basic", "by_law", "process_link", "material"
SPECIAL, QUESTIONS, FEES = "special_procedure", "question", "fee"


def national_tables(document: Document) -> dict[str, list[Row]]:
    """Rows by the name of their table."""
    library = document.get("materials", {})
    tables: dict[str, list[Row]] = {BASIC: []}
    tables |= {name: [] for name in _LISTS} | {PAPERS: []}
    for item in document["items"]:
        tables[BASIC].append(_basic(item))
        for name, (key, fields) in _LISTS.items():
            for number, one in enumerate(item.get(key, []), start=1):
                row = {"row_guid": item["id"], **_filled(fields(one)), "order_num": str(number)}
                tables[name].append(row)
        for number, paper in enumerate(_papers(item, library), start=1):
            row = {"row_guid": item["id"], **_filled(_paper(paper)), "order_num": str(number)}
            tables[PAPERS].append(row)
    return tables


def national_rows(document: Document) -> dict[str, list[list[str]]]:
    """The same with headings first, as sheets; nothing in them is a formula."""
    sheets = {}
    for name, rows in national_tables(document).items():
        heads = list(dict.fromkeys(key for row in rows for key in row))
        cells = [[guarded(row.get(head, "")) for head in heads] for row in rows]
        sheets[name] = [heads or ["row_guid"], *cells]
    return sheets


def _basic(item: Document) -> Row:
    limits, result, codes = (item.get(key) or {} for key in ("limits", "result", "codes"))
    return {
        "row_guid": item["id"],
        **_filled({key: codes.get(key) for key in _CODES}),
        **_filled({
            "task_name": item["name"],
            "task_type": item.get("type"),
            "task_version": item.get("version"),
            "task_state": "1",
            "plan_effective_date": item.get("from"),
            "plan_cancel_date": item.get("until"),
            "use_level": item.get("level"),
            "dept_name": item.get("department"),
            **_limit("anticipate", limits.get("legal"), limits.get("legal_basis")),
            **_limit("promise", limits.get("promised"), None),
            "accept_condition": _joined(item.get("conditions")),
            "handle_flow": "→".join(one.get("name", "") for one in item.get("flow", [])),
            "result_name": result.get("name"),
            "result_type": result.get("kind"),
            "result_sample": result.get("sample"),
            "server_type": ",".join(item.get("served", [])),
            "project_type": item.get("case_type"),
            "is_fee": _CHARGED if item.get("fee_rules") else _FREE,
            "link_way": item.get("contact"),
            "supervise_way": item.get("complaint"),
        }),
    }  # fmt: skip


_CODES = (
    "catalog_code",
    "local_catalog_code",
    "task_code",
    "local_task_code",
    "task_handle_item",
)


def _limit(prefix: str, text: object, explain: object) -> Document:
    try:
        limit = read_limit(text) if isinstance(text, str) else None
    except ValueError:
        limit = None
    if limit is None:
        return {}
    return {
        f"{prefix}_day": limit.count,
        f"{prefix}_type": _UNITS[limit.unit],
        f"{prefix}_explain": explain or _words(limit),
    }


def _words(limit: Limit) -> str:
    return str(limit)


def _law(one: Document) -> Document:
    return {
        "law_name": one.get("law"),
        "law_number": one.get("number"),
        "clause_number": one.get("clause"),
        "clause_content": one.get("text"),
    }


def _link(one: Document) -> Document:
    limit = _limit("handle", one.get("limit"), None)
    return {
        "link_name": one.get("name"),
        "handle_dept": one.get("post"),
        "handle_person": one.get("authority"),
        "handle_day": limit.get("handle_day"),
        "unit": limit.get("handle_type"),
        "is_special": "1" if one.get("kind") in ("publicity", "assessment") else "0",
    }


def _special(one: Document) -> Document:
    limit = _limit("special", one.get("limit"), None)
    return {
        "special_name": one.get("name"),
        "special_day": limit.get("special_day"),
        "special_unit": limit.get("special_type"),
        "special_dept": one.get("department"),
        "special_basis": one.get("basis"),
    }


def _question(one: Document) -> Document:
    return {"question": one.get("question"), "answer": one.get("answer")}


def _fee(one: Document) -> Document:
    return {
        "fee_name": one.get("collector"),
        "by_law": one.get("basis"),
        "is_desc": "1" if one.get("relief") else "0",
        "desc_explain": _joined([relief.get("name", "") for relief in one.get("relief", [])]),
    }


_LISTS: Mapping[str, tuple[str, Callable[[Document], Document]]] = {
    LAWS: ("legal_basis", _law),
    LINKS: ("flow", _link),
    SPECIAL: ("special", _special),
    QUESTIONS: ("faq", _question),
    FEES: ("fee_rules", _fee),
}


def _papers(item: Document, library: Document) -> Iterator[Document]:
    """Every material, those of groups too, with what the library says of it."""
    for one in item.get("materials", []):
        for member in one.get("one_of", [one]):
            yield {**library.get(member.get("use", ""), {}), **member, "_group": one.get("group")}


def _paper(one: Document) -> Document:
    return {
        "material_name": one.get("name"),
        "is_need": "1" if one.get("attach") == "required" else "0",
        "handle_case": one.get("note") or one.get("_group"),
        "source_type": one.get("shared"),
        "originalnum": one.get("originals"),
        "copiesnum": one.get("copies"),
        "fill_explain": one.get("hint"),
    }


def _joined(lines: object) -> str:
    if isinstance(lines, str):
        return lines
    return "\n".join(str(one) for one in lines) if isinstance(lines, list) else ""


def _filled(row: Document) -> Row:
    """Only what has a value, as text."""
    return {key: str(value) for key, value in row.items() if value not in (None, "")}
