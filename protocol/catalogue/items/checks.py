"""What can only be seen of an item as a whole: that its parts name each other rightly.

Source: docs/catalogue.md, "Findings".
"""

from collections.abc import Iterator

from protocol.catalogue.documents import Document
from protocol.catalogue.fees.sheet import example_faults
from protocol.catalogue.forms.conditions import condition_faults
from protocol.catalogue.forms.reading import canonical_json, read_form
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.items.application import check_application
from protocol.catalogue.items.conditions import Condition
from protocol.catalogue.items.materials import Group, Material
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.parts import ExampleApplication
from protocol.catalogue.items.rules import Place
from protocol.errors import YizhanError

_SHOWN = 40


def check_item(item: Item, place: Place) -> None:
    """Note what does not fit together in an item that was read."""
    usable = _check_schema(item, place)
    properties = item.schema.document.get("properties")
    fields = properties if isinstance(properties, dict) else {}
    for at, paper in _papers(item, place):
        usable = _check_condition(paper.when, item.schema, at) and usable
        if isinstance(paper, Material) and paper.each:
            _check_table(paper.each, fields, at.key("each"))
    if item.publicity is not None:
        for number, name in enumerate(item.publicity.fields):
            if name not in fields:
                at = place.key("publicity").key("fields").at(number)
                at.fault("field-unknown", f"表单没有栏目“{name}”", "改正栏目编号")
    if item.fee_rules:
        _check_fees(item, place.key("fee_rules"))
    for number, example in enumerate(item.examples if usable else ()):
        _check_example(item, example, place.key("examples").at(number))


def _check_schema(item: Item, place: Place) -> bool:
    """Whether forms can be checked against it."""
    found = item.schema.findings(item.id)
    place.findings.extend(found)
    return not found


def _papers(item: Item, place: Place) -> Iterator[tuple[Place, Material | Group]]:
    """Every group and every material, with its place."""
    for number, paper in enumerate(item.papers):
        at = place.key("materials").at(number)
        yield at, paper
        if isinstance(paper, Group):
            for one, member in enumerate(paper.one_of):
                yield at.key("one_of").at(one), member


def _check_condition(condition: Condition | None, schema: FormSchema, at: Place) -> bool:
    """Whether it can be asked."""
    if condition is None:
        return True
    found = condition_faults(condition.fragment, schema.document, at.key("when").path)
    for one in found:
        at.findings.error(one.code, at.item, one.place, one.reason, one.todo)
    return not found


def _check_table(name: str, fields: Document, at: Place) -> None:
    found = fields.get(name)
    if not isinstance(found, dict) or found.get("type") != "array":
        words = f"表单没有名为“{name[:_SHOWN]}”的表格栏目（array）"
        at.fault("field-unknown", words, "改正栏目编号")


def _check_fees(item: Item, at: Place) -> None:
    for path, reason in example_faults(item.fee_rules, at.path):
        at.elsewhere(path).fault("fee", reason)
    for rule in item.fee_rules:
        for number, relief in enumerate(rule.relief):
            if item.material(relief.evidence) is None:
                here = at.at(rule.order).key("relief").at(number).key("evidence")
                words = f"这个事项没有材料“{relief.evidence}”"
                here.fault("material-unknown", words, "改正材料编号，或把它加入材料清单")


def _check_example(item: Item, example: ExampleApplication, at: Place) -> None:
    try:
        read_form(canonical_json(example.form))  # no station takes a longer or deeper one
        check_application(item, example.form, example.attached)
    except YizhanError as exc:
        if example.fits:
            words = f"样例“{example.name}”没有通过检查：{exc.words()}"
            at.fault("example-refused", words, "改正样例，或改正表单和材料")
        return
    if not example.fits:
        words = f"样例“{example.name}”写明应被拒绝（fits: false），却通过了检查"
        at.fault("example-taken", words, "改正样例，或改正表单和材料")
