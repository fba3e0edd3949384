"""What each action of an office asks for on a page, beside words."""

from collections.abc import Mapping

from central.pages.inputs import Input

INPUTS: Mapping[str, tuple[Input, ...]] = {
    "decide": (
        Input(
            name="outcome",
            label="决定",
            kind="choice",
            choices={"approved": "准予", "refused": "不予"},
        ),
    ),
    "ask-correction": (Input(name="until", label="最后期限", kind="date", required=False),),
    "not-accept": (Input(name="where", label="该找哪个单位", required=False),),
}
"""By action; the others ask for words alone."""
