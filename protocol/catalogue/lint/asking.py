"""What is asked of a citizen: questions before the form, its fields, and examples of it.

Source: docs/lint.md.
"""

from collections.abc import Iterator

from protocol.catalogue.lint.look import Fault, Look, text_at

MAX_FIELDS = 40  # of one form


def no_questions(look: Look) -> Iterator[Fault]:
    """Who can't apply learns it only after the form."""
    if not list(look.rows("questions")):
        yield "questions", "没有能否申请的问题，不符合条件的人填完表才知道"


def no_examples(look: Look) -> Iterator[Fault]:
    """Nothing shows that the form can be filled in at all."""
    if not list(look.rows("examples")):
        yield "examples", "没有申请样例，发布时无法试填"


def field_without_title(look: Look) -> Iterator[Fault]:
    """A clerk would see the id of the field."""
    for name, field in _fields(look):
        if not text_at(field, "title").strip():
            yield f"schema.properties.{name}", f"栏目{name}没有中文名称"


def same_titles(look: Look) -> Iterator[Fault]:
    """Two fields that look the same."""
    seen: dict[str, str] = {}
    for name, field in _fields(look):
        title = text_at(field, "title").strip()
        if title and title in seen:
            yield f"schema.properties.{name}.title", f"“{title}”与栏目{seen[title]}同名"
        seen.setdefault(title, name)


def long_form(look: Look) -> Iterator[Fault]:
    """Each field takes a clerk ten seconds."""
    found = len(list(_fields(look)))
    if found > MAX_FIELDS:
        yield "schema", f"表单有{found}个栏目，超过{MAX_FIELDS}个"


def _fields(look: Look) -> Iterator[tuple[str, dict[str, object]]]:
    schema = look.raw.get("schema")
    fields = schema.get("properties") if isinstance(schema, dict) else None
    for name, field in fields.items() if isinstance(fields, dict) else []:
        if isinstance(field, dict):
            yield name, field
