"""Drafts and releases in words, for a terminal."""

from collections.abc import Iterator, Sequence

from central.county.catalogue.drafts.calls import (
    STATES,
    Draft,
    DraftShown,
    PastRelease,
    Proposed,
    ReleaseShown,
    UnderWay,
)
from protocol.catalogue.changes.difference import Change, in_words
from protocol.catalogue.findings import Finding, Level
from protocol.trust.schedule import local_time

LEVELS = {Level.ERROR: "错误", Level.WARNING: "警告", Level.HINT: "提示"}
STEPS = {
    "proposed": "提出",
    "edited": "修改",
    "voided": "修改，原审核作废",
    "approved": "审核通过",
    "rejected": "退回",
    "withdrawn": "撤回",
    "published": "发布",
}


def draft_line(draft: Draft) -> str:
    """One draft."""
    persons = f"编写 {'、'.join(draft.authors)}" + (
        f"，审核 {draft.approver}" if draft.approver else ""
    )
    made = f"依据第 {draft.base} 版" if draft.base else "首次发布"
    words = [f"草稿 {draft.draft}", STATES[draft.state], persons, made]
    if draft.release is not None:
        words.append(f"成为第 {draft.release} 版")
    if draft.overdue:
        words.append("审核超时，请催办；未经审核不会发布")
    if draft.reason:
        words.append(f"原因：{draft.reason}")
    return "  ".join((*words, f"摘要 {draft.digest}"))


def proposed_lines(proposed: Proposed) -> Iterator[str]:
    """A new draft, what it changes, and what may be better."""
    yield f"草稿 {proposed.draft} 已提出，待另一人审核。摘要 {proposed.digest}"
    yield from _under_way_lines(proposed.under_way)
    yield from _content_lines(proposed.changes, proposed.findings)


def shown_lines(shown: DraftShown) -> Iterator[str]:
    """A draft, with everything that was done to it."""
    yield draft_line(shown.draft)
    for step in shown.steps:
        reason = f"：{step.reason}" if step.reason else ""
        when = f"{local_time(step.at_ms):%Y-%m-%d %H:%M}"
        yield f"  {when} {STEPS.get(step.step, step.step)} {step.person}{reason}".rstrip()
    yield from _under_way_lines(shown.under_way)
    yield from _content_lines(shown.changes, shown.findings)


def release_lines(shown: ReleaseShown) -> Iterator[str]:
    """A release in short."""
    when = f"{local_time(shown.created_ms):%Y-%m-%d %H:%M}"
    yield f"目录第 {shown.release} 版，{when} 发布，事项 {shown.items} 项。{review_words(shown)}"
    if shown.start:
        yield f"这一版的修改自 {shown.start} 起生效，之前仍按旧版办理。"
    for one in shown.planned:
        yield f"  {one.start} 起 {one.item} {one.name}：{'停用' if one.gone else '改用新版'}"


def review_words(one: ReleaseShown | PastRelease) -> str:
    """Who wrote and who approved a release."""
    if not one.approver:
        return "未经第二人审核"
    return f"编写 {'、'.join(one.authors)}，审核 {one.approver}，草稿 {one.draft}"


def _under_way_lines(found: Sequence[UnderWay]) -> Iterator[str]:
    for one in found:
        yield f"撤下 {one.item} {one.name}：县里在办 {one.applications} 件，照旧办结"


def _content_lines(changes: Sequence[Change], findings: Sequence[Finding]) -> Iterator[str]:
    yield f"改动 {len(changes)} 处："
    yield from in_words(tuple(changes))
    if findings:
        yield f"检查发现 {len(findings)} 处："
    for one in findings:
        yield f"  [{LEVELS[one.level]}] {one}"
