"""What each action asks for on a page, beside words: the fields of its event that people type."""

from collections.abc import Mapping

from central.pages.inputs import YES, Input

_WAYS = {
    "in-person": "当面",
    "agent": "代理人",
    "telephone": "电话",
    "post": "邮寄",
    "window": "窗口",
    "electronic": "电子送达",
}
_PERSON = Input(name="person", label="对谁", required=False)
_WAY = Input(name="way", label="方式", kind="choice", choices=_WAYS)
_DEPARTMENT = Input(name="department", label="部门")
_CASE = Input(name="case", label="办件编号")
_UNTIL = Input(name="until", label="最后期限", kind="date")

INPUTS: Mapping[str, tuple[Input, ...]] = {
    "decide": (
        Input(
            name="outcome",
            label="决定",
            kind="choice",
            choices={"approved": "准予", "refused": "不予"},
        ),
        Input(name="serial", label="垂直系统编号", required=False),
    ),
    "ask-correction": (Input(name="until", label="最后期限", kind="date", required=False),),
    "not-accept": (Input(name="where", label="该找哪个单位", required=False),),
    "transfer": (Input(name="where", label="转给哪个单位"),),
    "pay-first": (Input(name="until", label="补材料的最后期限", kind="date", required=False),),
    "suspend": (
        Input(name="procedure", label="特别程序"),
        Input(name="planned", label="预计时间，如 15个工作日", required=False),
    ),
    "extend": (Input(name="limit", label="延长多久，如 10个工作日"),),
    "ask-opinion": (_DEPARTMENT, _UNTIL),
    "give-opinion": (
        _DEPARTMENT,
        Input(
            name="agrees",
            label="意见",
            kind="choice",
            choices={YES: "可以办理", "no": "不宜办理"},
            is_flag=True,
        ),
    ),
    "recall-opinion": (_DEPARTMENT,),
    "settle-objection": (
        Input(
            name="upheld",
            label="异议是否成立",
            kind="choice",
            choices={YES: "成立", "no": "不成立"},
            is_flag=True,
        ),
    ),
    "hand-over": (Input(name="to", label="交给谁"),),
    "step-aside": (Input(name="who", label="谁回避（不选是自己）", required=False),),
    "merge": (_CASE,),
    "link": (_CASE,),
    "tell": (_WAY, _PERSON, Input(name="document", label="哪份文书（不选是决定）", required=False)),
    "deliver": (_WAY, _PERSON),
    "withdraw": (_PERSON,),
    "amend-flow": (Input(name="after", label="改用第几版目录的流程", is_count=True),),
}
"""By action; the others ask for words alone."""
