"""The controls with which a paper of the library is edited. Source: docs/catalogue.md."""

from collections.abc import Mapping

from central.county.catalogue.pages.editing.inputs import KEEP, LABELS, Input, Part, Rows, Way

_LABELS = {
    "paper": "材料",
    "name": "材料名称",
    "hint": "扫描提示",
    "pages": "页面",
    "followed": "容缺后补",
    "later": "可以后补的期限（空：不能容缺）",
    "promise": "容缺承诺（申请人签字的话）",
    "faults": "退回时常见的问题",
    "say": "告诉申请人的话",
}

PAPER_PARTS: tuple[Part, ...] = (
    Part(
        key="paper",
        title=_LABELS["paper"],
        inputs=(
            Input(path=("name",), label=_LABELS["name"]),
            Input(path=("hint",), label=_LABELS["hint"]),
            Input(path=("pages",), label=_LABELS["pages"], way=Way.LINES),
            Input(path=("originals",), label=LABELS["originals"], way=Way.NUMBER),
            Input(path=("copies",), label=LABELS["copies"], way=Way.NUMBER),
            Input(path=("keep",), label=LABELS["keep"], way=Way.CHOICE, choices=KEEP),
        ),
    ),
    Part(
        key="later",
        title=_LABELS["followed"],
        inputs=(
            Input(path=("later", "limit"), label=_LABELS["later"], way=Way.LIMIT),
            Input(path=("later", "promise"), label=_LABELS["promise"], way=Way.AREA),
        ),
    ),
    Part(
        key="faults",
        title=_LABELS["faults"],
        rows=Rows(
            key="faults",
            titles=("say",),
            new_id="f",
            id_key="code",
            columns=(
                Input(path=("say",), label=_LABELS["say"]),
                Input(path=("code",), label=LABELS["row_id"]),
            ),
        ),
    ),
)
"""The whole page."""

OWN_WORDS: Mapping[str, str] = {
    "originals": LABELS["originals"],
    "copies": LABELS["copies"],
    "keep": LABELS["keep"],
    "later": _LABELS["followed"],
    "at_once": "不能容缺",
}
"""What an item may say of a paper itself."""

WORDS = (*_LABELS.values(), *OWN_WORDS.values())
"""What is translated beside the templates."""
