"""The catalogue of the sample county, put together from the tables in ``sources``."""

import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path
from random import Random

from examples.longzhou.flows import make_flow
from examples.longzhou.schemas import Json, field_lists, make_schema
from examples.synthetic.forms import make_form
from examples.synthetic.people import Place, make_person

COUNTY_CODE = "451423"
NOTE = "示例：时限、电话、负责人和文号都要以本县公布的为准"
_REVIEW_BY = "2027-11-30"
_AGENCY = "11451423000000019K"  # a code that passes its check, of no agency
_STARTS = {"直办": "village", "代办": "village", "协办": "township", "告知": "county"}


def build_catalogue(sources: Path, villages: Sequence[Place], filled: Collection[int]) -> Json:
    """Return the catalogue file.

    Args:
        filled: numbers of items of which an application lies beside it; the others have examples.

    Raises:
        KeyError: an item names a field, paper, question, law or flow that is in no table.
    """
    return _County(sources, villages, filled).catalogue()


class _County:
    """The tables of ``sources``, and what is made of them."""

    def __init__(self, sources: Path, villages: Sequence[Place], filled: Collection[int]) -> None:
        self._sources, self._villages = sources, villages
        self._filled = frozenset(map(str, filled))
        self._fields = self._table("fields")
        self._names = field_lists(self._table("families"))
        self._papers = self._table("materials")
        self._questions, self._laws = self._table("questions"), self._table("laws")
        self._flows, self._fees = self._table("flows"), self._table("fees")

    def catalogue(self) -> Json:
        items: dict[str, Json] = {}
        for number, path in enumerate(sorted((self._sources / "items").glob("*.toml")), start=1):
            read = tomllib.loads(path.read_text("utf-8"))
            department = read.pop("department") | {"number": number}
            items |= {code: self._item(code, one, department) for code, one in read.items()}
        return {
            "title": "龙州县村级政务服务事项目录",
            "note": NOTE,
            **self._table("calendar"),
            "local": self._table("townships"),
            "materials": self._papers["library"],
            "items": [items[code] for code in sorted(items)],
        }

    def _table(self, name: str) -> Json:
        return tomllib.loads((self._sources / f"{name}.toml").read_text("utf-8"))

    def _item(self, code: str, raw: Json, department: Json) -> Json:
        number = code.lstrip("0")
        fees = [self._fees[number]] if number in self._fees else []
        item = {
            "id": f"{COUNTY_CODE}-{code}",
            "name": raw["name"],
            "note": NOTE,
            "codes": _codes(code, raw, department),
            "type": raw["type"],
            "level": raw["level"],
            "department": department["name"],
            "owner": {"name": department["owner"], "review_by": _REVIEW_BY},
            "aliases": raw["aliases"],
            "legal_basis": [self._laws[name] for name in raw["laws"]],
            "conditions": raw["conditions"],
            "served": raw.get("served", ["1"]),
            "case_type": raw.get("case_type", "2"),
            "mode": raw["mode"],
            "limits": self._limits(raw),
            "questions": [{"id": q, **self._questions[q]} for q in raw["questions"].split()],
            "materials": [self._paper(one) for one in raw["materials"]],
            "flow": self._flow(raw, department),
            **self._special(raw),
            "result": raw["result"] | {"sample": "乡镇便民服务中心有样张"},
            "contact": department["contact"],
            "complaint": department["complaint"],
            "faq": [{"question": question, "answer": answer} for question, answer in raw["faq"]],
            **({"fee_rules": fees} if fees else {}),
            "schema": self._schema(number, raw, fees),
        }
        return (
            item
            if number in self._filled
            else item | {"examples": _examples(number, item, self._villages)}
        )

    def _limits(self, raw: Json) -> Json:
        legal = {}
        if "legal" in raw:
            legal = {"legal": raw["legal"], "legal_basis": self._laws[raw["laws"][0]]["law"]}
        return {**legal, "promised": raw["promised"], "starts": _STARTS[raw["mode"]]}

    def _flow(self, raw: Json, department: Json) -> list[Json]:
        nodes = self._flows[raw["flow"]]
        return make_flow(nodes, department["name"], raw["promised"], raw.get("publicity", ""))

    def _special(self, raw: Json) -> Json:
        """What only some items have."""
        found: Json = {
            key: raw[key] for key in ("urgent", "bulk", "special", "handling") if key in raw
        }
        if "neutral" in raw:
            found["sensitive"] = {"name": raw["neutral"]}
        if "publicity" in raw:
            shown = [] if "neutral" in raw else ["applicant_name"]
            basis = self._laws[raw["laws"][-1]]["law"]
            window = raw["publicity"]
            found["publicity"] = {
                "window": window,
                "fields": shown,
                "counts": False,
                "basis": basis,
            }
        return found

    def _paper(self, one: Json | str) -> Json:
        """A paper: ``id``, ``id | note``, ``@group`` or a table."""
        if isinstance(one, dict):
            return {"id": one["use"], **one}
        name, _, note = one.partition(" | ")
        if not name.startswith("@"):
            return {"id": name, "use": name, **({"note": note} if note else {})}
        group = self._papers["groups"][name[1:]]
        members = [{"id": use, "use": use} for use in group["one_of"]]
        return {"group": name[1:], "name": group["name"], "one_of": members}

    def _schema(self, number: str, raw: Json, fees: list[Json]) -> Json:
        forms = [fee["form"] for fee in fees]
        asked = {form["by"]: list(form["amounts"]) for form in forms if form["by"] == "reason"}
        return make_schema(
            raw["name"],
            self._names[number],
            self._fields,
            agent=raw["mode"] == "代办",
            choices=(asked if "reason" in self._names[number] else {}) | raw.get("choices", {}),
            rules=raw.get("rules", []),
        )


def _examples(number: str, item: Json, villages: Sequence[Place]) -> list[Json]:
    """One application that fits, with every paper, and one that has to be refused."""
    rng = Random(f"example {number}")
    form = make_form(item, make_person(rng, tuple(villages)), rng)
    attached = [
        paper["id"]
        for paper in map(_last, item["materials"])
        for _ in form.get(paper.get("each", ""), [1])
    ]
    return [
        {"name": "填写齐全的申请", "form": form, "attached": attached},
        {"name": "没有填写的申请", "form": {}, "fits": False},
    ]


def attached_ids(item: Json, papers: int) -> list[str]:
    """Return the first papers of an item, by their ids; of a group the last one."""
    return [_last(paper)["id"] for paper in item["materials"][:papers]]


def _last(paper: Json) -> Json:
    """Return a paper, or the last one of a group."""
    last: Json = paper.get("one_of", [paper])[-1]
    return last


def _codes(code: str, raw: Json, department: Json) -> Json:
    """Return invented codes of the right length."""
    catalog = f"00{raw['type']}{department['number']:02}{code}000"
    return {"catalog_code": catalog, "task_code": f"{_AGENCY}{raw['level']}{catalog}"}
