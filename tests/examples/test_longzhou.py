"""The sample county is complete, agrees with itself, and is what its sources make."""

import csv
import json
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import mean

import pytest
from jsonschema import Draft202012Validator, FormatChecker  # noqa: TID253 - no agent
from PIL import Image, ImageChops
from stdnum import luhn
from stdnum.cn import ric

from examples.longzhou import make
from examples.synthetic.forms import Json, make_form, make_record, minified
from examples.synthetic.people import id_check_character, make_person
from examples.synthetic.scans import scan_jpeg, scan_png
from protocol.catalogue.calendars.due import read_limit
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.items.application import check_application
from protocol.catalogue.items.entries import check_catalogue
from protocol.catalogue.items.names import is_item
from protocol.catalogue.items.release import narrowed_at, read_item

APPLICATIONS = sorted((make.HOME / "applications").glob("*.json"))
FULL = {
    *("aliases", "codes", "complaint", "conditions", "contact", "department", "faq"),
    *("flow", "legal_basis", "level", "limits", "mode", "owner", "questions", "result", "type"),
}  # what the papers of an office say of an item
ENCODER_SLACK = 8  # grey levels; JPEG decoders may round differently
TOTAL_SCANS_BYTES = 1_500_000

checker = FormatChecker(formats=("date",))


@checker.checks("cn-resident-id")
def is_resident_id(value: object) -> bool:
    text = str(value)
    born = f"{text[6:10]}-{text[10:12]}-{text[12:14]}"
    return ric.calc_check_digit(text) == text[17:] and date.fromisoformat(born) < date.max


@checker.checks("cn-mobile")
def is_mobile(value: object) -> bool:
    text = str(value)
    return len(text) == 11 and text.isdigit() and text[0] == "1" and text[1] in "3456789"


def read(path: Path) -> Json:
    content: Json = json.loads(path.read_text("utf-8"))
    return content


def read_roster() -> dict[str, dict[str, str]]:
    with (make.HOME / "roster.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def catalogue() -> Json:
    return read(make.HOME / "catalogue.json")


@pytest.fixture(scope="module")
def items(catalogue: Json) -> dict[str, Json]:
    return {item["id"]: item for item in catalogue["items"]}


def paper_ids(item: Json) -> list[str]:
    papers = [one for paper in item["materials"] for one in paper.get("one_of", [paper])]
    return [one["id"] for one in papers]


def complaints(form: Json, item: Json) -> list[str]:
    validator = Draft202012Validator(item["schema"], format_checker=checker)
    return [error.message for error in validator.iter_errors(form)]


def parts(schema: Json) -> list[Json]:
    """Return a schema and all schemas inside it."""
    inner = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
    return [schema, *(deeper for part in inner for deeper in parts(part))]


def resident_ids(value: object) -> list[str]:
    match value:
        case dict():
            return [
                i for k, v in value.items() for i in ([v] if k.endswith("_id") else resident_ids(v))
            ]
        case list():
            return [i for row in value for i in resident_ids(row)]
        case _:
            return []


def test_catalogue_has_72_items_with_stable_codes(catalogue: Json) -> None:
    codes = [item["id"] for item in catalogue["items"]]
    assert codes == [f"451423-{number:03}" for number in range(1, 73)]


def test_a_paper_is_asked_for_once_by_an_item_and_has_a_readable_id(items: dict[str, Json]) -> None:
    for item in items.values():
        ids = paper_ids(item)
        assert len(set(ids)) == len(ids)
        assert all(i.isascii() and i.replace("-", "").isalpha() and i.islower() for i in ids)


def test_a_list_of_papers_begins_with_a_single_one(items: dict[str, Json]) -> None:
    for item in items.values():
        assert "id" in (item["materials"] or [{"id": ""}])[0]


def test_schemas_are_valid_closed_titled_and_bounded(items: dict[str, Json]) -> None:
    for item in items.values():
        Draft202012Validator.check_schema(item["schema"])
        for part in parts(item["schema"]):
            assert part["type"] != "object" or part["additionalProperties"] is False
            assert part["type"] != "string" or part["maxLength"] > 0
            assert part["type"] != "array" or part["maxItems"] > 0
        assert all("title" in part for part in item["schema"]["properties"].values())


def test_an_agent_is_asked_about_only_where_one_may_come(items: dict[str, Json]) -> None:
    for item in items.values():
        assert ("agent_name" in item["schema"]["properties"]) == (item["mode"] == "代办")


def test_a_fee_that_depends_on_the_reason_is_asked_for_it(items: dict[str, Json]) -> None:
    fees = [(item, item["fee_rules"][0]["form"]) for item in items.values() if "fee_rules" in item]
    assert len(fees) == 2
    (item, form), _ = fees
    assert item["id"] == "451423-059"
    assert item["schema"]["properties"]["reason"]["enum"] == list(form["amounts"])
    assert "reason" in item["schema"]["required"]


def test_every_item_is_full(items: dict[str, Json]) -> None:
    for item in items.values():
        missing = FULL - item.keys()
        assert not missing, item["id"]
        assert 3 <= len(item["questions"]) <= 5
        assert item["note"].startswith("示例")


def test_every_item_has_an_example_or_an_application_beside_it(items: dict[str, Json]) -> None:
    beside = {read(path)["item"] for path in APPLICATIONS}
    for code, item in items.items():
        fits = [example.get("fits", True) for example in item.get("examples", [])]
        assert fits == ([] if code in beside else [True, False])


@pytest.mark.parametrize("path", APPLICATIONS, ids=lambda path: path.stem)
def test_an_application_passes_the_check_of_station_and_county(path: Path, catalogue: Json) -> None:
    application = read(path)
    entries = check_catalogue(json.dumps(catalogue).encode()).entries
    item = read_item(entries, application["item"])
    check_application(item, application["form"], list(application["attachments"]))


def test_the_first_item_keeps_its_fields_and_papers(items: dict[str, Json]) -> None:
    item = items["451423-001"]
    assert paper_ids(item) == ["id-card", "household-register", "registration-form"]
    assert list(item["schema"]["properties"]) == [
        *("applicant_name", "applicant_id", "phone", "address", "insured_type"),
        *("payment_level_yuan", "start_month", "special_group", "agent_name", "remarks"),
    ]


def test_nothing_in_it_is_wrong_or_unknown(catalogue: Json) -> None:
    checked = check_catalogue(json.dumps(catalogue).encode())
    assert checked.findings == ()
    assert sum(map(is_item, checked.entries)) == 72


def test_twelve_townships_have_market_days_and_an_office(catalogue: Json) -> None:
    hubs = {code[:9] for code, row in read_roster().items() if row["role"] == "hub"}
    assert len(hubs) == 12
    assert catalogue["market_days"].keys() == catalogue["local"].keys() == hubs
    entries = check_catalogue(json.dumps(catalogue).encode()).entries
    assert narrowed_at(entries, "451423207", "451423-059").market_day
    assert not narrowed_at(entries, "451423207", "451423-001").market_day


def test_every_paper_of_the_library_is_asked_for(catalogue: Json) -> None:
    asked = {paper for item in catalogue["items"] for paper in paper_ids(item)}
    assert asked == catalogue["materials"].keys()


def test_the_steps_of_a_flow_share_what_was_promised(items: dict[str, Json]) -> None:
    for item in items.values():
        whole = read_limit(item["limits"]["promised"])
        steps = [node for node in item["flow"] if node["kind"] not in ("publicity", "assessment")]
        limits = [read_limit(node["limit"]) for node in steps if "limit" in node]
        assert {one.unit for one in limits} == {whole.unit}
        assert sum(one.count for one in limits) <= whole.count


def test_roster_is_a_county_its_12_hubs_and_134_stations() -> None:
    roster = read_roster()
    roles = [row["role"] for row in roster.values()]
    assert [roles.count(role) for role in ("county", "hub", "station")] == [1, 12, 134]
    parents = {"county": None, "hub": "county", "station": "hub"}
    for row in roster.values():
        parent = roster[row["parent"]]["role"] if row["parent"] else None
        assert parent == parents[row["role"]]


def test_twenty_applications_are_for_twenty_items() -> None:
    assert len(APPLICATIONS) == len({read(path)["item"] for path in APPLICATIONS}) == 20


@pytest.mark.parametrize("path", APPLICATIONS, ids=lambda path: path.stem)
def test_application_is_valid_and_of_nobody_living(path: Path, items: dict[str, Json]) -> None:
    application = read(path)
    item, form = items[application["item"]], application["form"]
    assert complaints(form, item) == []
    assert all("1880" <= number[6:10] <= "1899" for number in resident_ids(form))
    assert application["attachments"].keys() <= set(paper_ids(item))


def test_attachments_are_images_of_nine_applications() -> None:
    scans = [list(read(path)["attachments"].values()) for path in APPLICATIONS]
    assert sorted(len(names) for names in scans if names) == [1, 1, 2, 2, 2, 2, 3, 3, 3]
    files = [make.HOME / "applications" / name for names in scans for name in names]
    assert set(files) == set((make.HOME / "applications" / "scans").iterdir())
    assert sum(file.stat().st_size for file in files) < TOTAL_SCANS_BYTES
    for file in files:
        with Image.open(file) as image:
            image.load()
            assert image.format == {".png": "PNG", ".jpg": "JPEG"}[file.suffix]


def test_decision_is_a_pdf_whose_table_points_at_its_objects() -> None:
    pdf = (make.HOME / "decision.pdf").read_bytes()
    start = int(pdf.rsplit(b"startxref\n", 1)[1].split()[0])
    entries = pdf[start:].split(b" f \n", 1)[1].split(b"trailer")[0].splitlines()
    assert [pdf[int(entry[:10]) :].split(b" ", 1)[0] for entry in entries] == [
        b"%d" % number for number in range(1, 7)
    ]
    assert b"LZ-DEMO" in pdf


def test_making_the_county_again_gives_the_same_files(tmp_path: Path) -> None:
    make.make(tmp_path)
    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(made) == 4 + 20 + 19
    for path in made:
        kept = make.HOME / path.relative_to(tmp_path)
        if path.suffix in {".png", ".jpg"}:
            assert_same_picture(path.read_bytes(), kept.read_bytes())
        else:
            assert path.read_bytes() == kept.read_bytes(), path.name


def assert_same_picture(made: bytes, kept: bytes) -> None:
    """Compare pixels: another zlib or libjpeg may pack the same picture otherwise."""
    if made == kept:
        return
    with Image.open(BytesIO(made)) as left, Image.open(BytesIO(kept)) as right:
        apart = ImageChops.difference(left.convert("L"), right.convert("L")).histogram()
        assert left.size == right.size
        assert sum(apart[(0 if left.format == "PNG" else ENCODER_SLACK) + 1 :]) == 0


def test_every_item_can_be_filled_in_validly(items: dict[str, Json]) -> None:
    rng = Random(1)
    for item in items.values():
        for full in (False, True):
            assert complaints(make_form(item, make_person(rng), rng, full=full), item) == []


def test_large_records_are_valid_and_about_2_kb(catalogue: Json, items: dict[str, Json]) -> None:
    rng = Random(2)
    records = [make_record(rng, catalogue, size="large") for _ in range(200)]
    sizes = [len(minified(record)) for record in records]
    assert 1_950 < mean(sizes) < 2_150
    assert min(sizes) > 1_500
    for record in records:
        assert complaints(record["form"], items[record["item"]]) == []


def test_the_same_seed_gives_the_same_records(catalogue: Json) -> None:
    first, second = (
        [make_record(rng, catalogue) for _ in range(20)] for rng in (Random(3), Random(3))
    )
    assert first == second


def test_numbers_of_people_pass_their_checksums() -> None:
    rng = Random(4)
    for _ in range(500):
        person = make_person(rng)
        assert person.resident_id[17] == id_check_character(person.resident_id[:17])
        assert is_resident_id(person.resident_id)
        assert is_mobile(person.mobile)
        assert luhn.is_valid(person.bank_card)


def test_published_check_characters_are_met() -> None:
    numbers = ("33078420991231888X", "451423209912310107", "430121189909099997")
    assert all(id_check_character(number[:17]) == number[17] for number in numbers)


@pytest.mark.parametrize("scan", [scan_png, scan_jpeg])
def test_a_scan_weighs_what_a_phone_picture_of_a_form_does(scan: Callable[[Random], bytes]) -> None:
    rng = Random(5)
    assert all(20_000 <= len(scan(rng)) <= 60_000 for _ in range(10))


@pytest.mark.parametrize("code", ["451423-023", "451423-059"])
def test_forms_made_by_chance_keep_the_rules_of_their_item(
    items: dict[str, Json], code: str
) -> None:
    item = items[code]
    schema = FormSchema(item["schema"])
    (rule,) = schema.rules.rules
    held = set()
    for seed in range(60):
        rng = Random(seed)
        form = make_form(item, make_person(rng), rng)
        assert schema.faults(form) == []
        held.add(rule.when.holds(form))
    assert held == {True, False}
