"""Items as a clerk reads them: tables in Chinese."""

from collections.abc import Iterator, Mapping

import click

from protocol.catalogue.calendars.due import read_limit
from protocol.catalogue.documents import Schema
from protocol.catalogue.forms.words import format_words, pattern_words, type_words
from runtime.cli.terminal import print_table
from station_agent.intake.calls import ItemsFound, ItemShown, MaterialShown

_KEEP = {"seen": "核验后退还", "kept": "收存"}
_ATTACH = {"required": "必须上传", "optional": "可不上传"}


def show_items(found: ItemsFound) -> None:
    """A line for each item that can be applied for."""
    heads = ("事项编码", "事项", "材料", "必须上传")
    if found.near:
        click.echo("没有完全符合的事项。最接近的是：")
    rows = [
        (one.item, one.name, one.materials, "、".join(one.required))
        for one in found.items or found.near
    ]
    print_table(heads, rows)
    click.echo(
        f"事项目录版本 {found.release}，共 {len(rows)} 项。查看表单：item DATA 事项编码",
        err=True,
    )


def show_item(found: ItemShown) -> None:
    """One item: its papers, then the fields of its form."""
    click.echo(f"{found.item} {found.name}（目录版本 {found.release}）")
    for line in _about(found):
        click.echo(line)
    papers = [
        (
            one.id,
            one.name,
            _ATTACH[one.attach],
            f"{one.max_bytes // 1024} KB",
            _remarks(one),
        )
        for one in found.materials
    ]
    print_table(("材料编码", "材料", "电子件", "上限", "说明"), papers)
    form = found.form
    must = form.get("required", [])
    fields = [
        (key, rule.get("title", ""), _kind(rule), "必填" if key in must else "")
        for key, rule in form.get("properties", {}).items()
        if isinstance(rule, Mapping)
    ]
    print_table(("栏目", "名称", "填法", "必填"), fields)


def _about(found: ItemShown) -> Iterator[str]:
    """What a clerk wants to know first: who may apply, how long it takes, where and when."""
    conditions = found.facts.get("conditions") or []
    if conditions:
        every = [conditions] if isinstance(conditions, str) else conditions
        yield f"条件：{'；'.join(every)}"
    if promised := (found.facts.get("limits") or {}).get("promised"):
        yield f"承诺时限：{read_limit(promised)}"
    here = found.here
    named = ((here.place, "地点"), (here.time, "时间"), (here.contact, "电话"))
    said = [f"{words}：{value}" for value, words in named if value]
    if here.market_day:
        said.append(f"只在圩日办理（{'、'.join(here.market_days or ())}）")
    if said:
        yield "；".join(said)


def _remarks(material: MaterialShown) -> str:
    """What a clerk has to know of one paper."""
    said = [f"任选其一：{material.group}"] if material.group else []
    said += [text for text in (material.note, material.hint) if text]
    said += [text for text in (_how_many(material),) if text]
    said += [f"已共享，免交：{material.shared}"] if material.shared else []
    said += ["每人一份"] if material.each else []
    said += ["符合条件时才要"] if material.when else []
    said += [f"可以用{one.name}（{one.id}）代替" for one in material.promises or ()]
    said += [f"可在{read_limit(material.later.limit)}内后补"] if material.later else []
    return "；".join(said)


def _how_many(material: MaterialShown) -> str:
    """Originals and copies, and what becomes of them."""
    counted = ((material.originals, "原件"), (material.copies, "复印件"))
    said = [f"{words}{count}份" for count, words in counted if count]
    if material.keep:
        said.append(f"原件{_KEEP[material.keep]}")
    return "，".join(said)


def _kind(rule: Schema) -> str:
    """How a field is filled in, as far as one line can say it."""
    if "enum" in rule:
        return " | ".join(str(value) for value in rule["enum"])
    if "format" in rule:
        return format_words(str(rule["format"]))
    if "pattern" in rule:
        return pattern_words(str(rule["pattern"]))
    return type_words(rule["type"]) if "type" in rule else ""
