"""Materials: each asked for once, from the library, and nothing that contradicts itself.

Source: docs/lint.md.
"""

import re
from collections.abc import Iterator

from protocol.catalogue.lint.look import Fault, Look, Whole, text_at

_HELD_BY_CITIZENS = re.compile(r"身份证|户口[簿本]|社会{0,1}保障{0,1}卡|银行卡|存折|护照|驾驶证")


def no_materials(look: Look) -> Iterator[Fault]:
    """Perhaps nobody has listed them yet."""
    if not look.raw.get("materials"):
        yield "materials", "没有列出任何材料"


def material_twice(look: Look) -> Iterator[Fault]:
    """The same paper asked for twice under two ids."""
    seen: dict[str, str] = {}
    for place, material in look.materials:
        name = text_at(material, "name").strip()
        if name and name in seen:
            yield place, f"“{name}”在 {seen[name]} 已经要求过"
        seen.setdefault(name, place)


def not_from_library(look: Look) -> Iterator[Fault]:
    """A change of the library would not reach it."""
    names = {text_at(one, "name"): key for key, one in look.library.items()}
    for place, material in look.materials:
        known = names.get(text_at(material, "name"))
        if known and not text_at(material, "use"):
            yield place, f"材料库中已有“{text_at(material, 'name')}”（{known}）"


def original_kept(look: Look) -> Iterator[Fault]:
    """A citizen needs these every day."""
    for place, material in look.materials:
        kept = text_at(material, "keep") == "kept" and material.get("originals")
        if kept and (found := _HELD_BY_CITIZENS.search(text_at(material, "name"))):
            yield f"{place}.keep", f"要收走{found[0]}原件"


def library_unused(whole: Whole) -> Iterator[tuple[str, str, str]]:
    """A material of the library that no item asks for."""
    used = {text_at(one, "use") for look in whole.items for _, one in look.materials}
    for key, material in sorted(whole.library.items()):
        if key not in used:
            name = text_at(material, "name")
            yield "", f"materials.{key}", f"材料库中的“{name}”没有事项引用"
