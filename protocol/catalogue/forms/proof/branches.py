"""Whether the conditions of a form make sense: each can hold, and none bars the way for good.

For each rule the answers that it looks at are tried: every choice, the numbers at its bounds and
beside them, each with the field left empty. A rule is proved reachable by a whole form that passes
the check while it holds. What no trial reaches is refused if every possible answer was tried, and
else told as a doubt.

Source: docs/forms.md, "What publishing proves".
"""

from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.findings import Finding, Level
from protocol.catalogue.forms.conditions import fields_of
from protocol.catalogue.forms.kinds import type_of
from protocol.catalogue.forms.proof.sample import sample_form
from protocol.catalogue.forms.proof.trials import named_values, trial_values
from protocol.catalogue.forms.rules import FORBID, REQUIRE, Rule, is_filled
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.forms.walk import fields, required

TRIALS = 2000  # answers tried for one rule, or for two that might contradict one another
ALL_TRIALS = 10_000  # for all rules of one form together
_COMPLETED = 8  # of them, completed to whole forms before a rule counts as unreached

Answers = dict[str, Any]  # by field; None: left empty


def branch_findings(
    document: Schema,
    item: str,
    place: str = "schema",
    *,
    examples: Sequence[FormData] = (),
) -> list[Finding]:
    """What is wrong, or in doubt, with the rules of a schema that is of the language of forms.

    Args:
        examples: forms that their author gave; one that passes while a rule holds proves the rule.
    """
    found: list[Finding] = []
    if not (schema := FormSchema(document)).rules:
        return found  # nothing to prove, and nothing to compile
    for reason in _Branches(schema, examples).doubts():
        code, level, at, words, todo = reason
        at = f"{place}.{at}"
        found.append(Finding(code=code, level=level, item=item, place=at, reason=words, todo=todo))
    return found


Doubt = tuple[str, Level, str, str, str]


class _Branches:
    def __init__(self, schema: FormSchema, examples: Sequence[FormData]) -> None:
        self.schema = schema
        self.examples = [form for form in examples if schema.fits(form)]
        self.rules = schema.rules
        self.fields = fields(schema.meant)
        self.asks = {rule.place: fields_of(rule.when.fragment) for rule in self.rules.rules}
        self.left = ALL_TRIALS

    def doubts(self) -> Iterator[Doubt]:
        for rule in self.rules.rules:
            yield from self.reached(rule)
        for rule in self.rules.rules:
            if rule.then == FORBID:
                yield from self.contradicted(rule)
            elif rule.then == REQUIRE:
                yield from self.unseen(rule)

    def reached(self, rule: Rule) -> Iterator[Doubt]:
        """Whether some form makes the rule hold, and some other does not."""
        trials, complete = self.answers([rule])
        holding = [one for one in trials if rule.when.holds(_form(one))]
        shown = any(rule.when.holds(form) for form in self.examples)
        if not (holding or shown):
            level = Level.ERROR if complete else Level.WARNING
            words = "条件不可能成立" if complete else "没有找到能使条件成立的填法"
            yield "schema.rule-unreachable", level, rule.place, words, "改正条件，或删去这条规则"
        elif len(holding) == len(trials) and complete:
            words = "条件总是成立"
            todo = "必填请写进 required，不填的栏目请删去"
            yield "schema.rule-always", Level.WARNING, rule.place, words, todo
        elif not (shown or any(self.whole(one, rule) for one in holding[:_COMPLETED])):
            words = "条件成立时，没有找到能通过检查的整份表单"
            todo = "写一个使条件成立的示例，或改正规则"
            yield "schema.rule-unproved", Level.WARNING, rule.place, words, todo

    def whole(self, answers: Answers, rule: Rule) -> bool:
        """Whether these answers can be completed to a form that passes while the rule holds."""
        form = sample_form(self.schema, answers)
        return form is not None and rule.when.holds(form)

    def contradicted(self, rule: Rule) -> Iterator[Doubt]:
        """What the rule forbids, although it is required at the same time."""
        for name in rule.fields:
            always = name in required(self.schema.document) and name not in self.rules.conditional
            others: list[Rule | None] = [None] if always else []
            others += [
                one for one in self.rules.rules if one.then == REQUIRE and name in one.fields
            ]
            for other in others:
                trials, _ = self.answers([rule, *([other] if other else [])])
                both = (
                    one
                    for one in trials
                    if rule.when.holds(_form(one))
                    and (other is None or other.when.holds(_form(one)))
                    and name not in self.rules.hidden(_form(one))
                )
                if (example := next(both, None)) is not None:
                    where = f"与 {other.place} 相反" if other else "而它总是必填"
                    words = f"“{self.title(name)}”不许填，{where}（{self.told(example)}）"
                    todo = "改正其中一条：这样的人怎么填都不能提交"
                    yield "schema.rule-contradiction", Level.ERROR, rule.place, words, todo

    def unseen(self, rule: Rule) -> Iterator[Doubt]:
        """What the rule requires, although it is not shown at the time."""
        for name in rule.fields:
            if name not in self.rules.conditional:
                continue
            trials, _ = self.answers([rule, *self.rules.conditional[name]])
            both = (
                one
                for one in trials
                if rule.when.holds(_form(one)) and name in self.rules.hidden(_form(one))
            )
            if (example := next(both, None)) is not None:
                words = f"要求填“{self.title(name)}”时它不显示（{self.told(example)}）"
                todo = "让显示的条件包含这一条的条件；不显示的栏目不会要求填"
                yield "schema.rule-unseen", Level.WARNING, rule.place, words, todo

    def answers(self, rules: Sequence[Rule]) -> tuple[list[Answers], bool]:
        """Answers that these rules can meet, and whether every possible one is among them."""
        names = self.looked_at(rules)
        tried = {name: self.values(name) for name in names}
        count, complete = 1, True
        for values, every in tried.values():
            count, complete = count * len(values), complete and every
        every_way = product(*(values for values, _ in tried.values()))
        most = min(TRIALS, self.left)
        trials = [dict(zip(tried, one, strict=True)) for one in islice(every_way, most)]
        self.left -= len(trials)
        return [one for one in trials if self.possible(one)], complete and count <= most

    def looked_at(self, rules: Sequence[Rule]) -> list[str]:
        """The fields that rules look at, and those that decide whether these are shown."""
        found: list[str] = []
        waiting = [name for rule in rules for name in sorted(self.asks[rule.place])]
        while waiting:
            name = waiting.pop(0)
            if name in found or name not in self.fields:
                continue
            found.append(name)
            for rule in self.rules.conditional.get(name, ()):
                waiting += sorted(self.asks[rule.place])
        return found

    def possible(self, answers: Answers) -> bool:
        form, names = _form(answers), set(answers)
        if any(name in form for name in self.rules.hidden(form) if name in names):
            return False
        return not any(
            rule.then == FORBID
            and self.asks[rule.place] <= names
            and rule.when.holds(form)
            and any(is_filled(form.get(name)) for name in rule.fields)
            for rule in self.rules.rules
        )

    def values(self, name: str) -> tuple[list[Any], bool]:
        """What is tried of a field, and whether that is all it can be; None: empty."""
        schema = self.fields[name]
        must = name in required(self.schema.document) and name not in self.rules.conditional
        empty = [] if must else [None]
        if "const" in schema:
            return [*empty, schema["const"]], True
        if isinstance(choices := schema.get("enum"), list):
            return [*empty, *choices], True
        if type_of(schema) == "boolean":
            return [*empty, True, False], True
        named = [one for rule in self.rules.rules for one in named_values(rule.when.fragment, name)]
        alone = FormSchema({"properties": {"a": schema}})
        able = [one for one in trial_values(schema, named) if alone.fits({"a": one})]
        return [*empty, *able], False

    def title(self, name: str) -> str:
        return str(self.fields.get(name, {}).get("title", name))

    def told(self, answers: Answers) -> str:
        return "，".join(
            f"{self.title(name)}＝{'空' if value is None else value}"
            for name, value in answers.items()
        )


def _form(answers: Answers) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if value is not None}
