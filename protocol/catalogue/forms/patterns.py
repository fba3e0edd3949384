r"""The regular expressions that a form may use: a small language, read before it is ever run.

Letters, ``.``, sets ``[0-9A-Z]``, ``\d \w \s``, groups, ``|``, ``? * +`` and ``{2,5}``; ``^`` first
and ``$`` last. Nothing looks around or back, and what is repeated holds no repetition that varies,
so that any engine comes to an end soon. The one used here needs linear time for every pattern.

Source: docs/forms.md, "Patterns".
"""

import re
from dataclasses import dataclass, replace

MAX_PATTERN_CHARS = 200
MAX_REPEATS = 1000  # of one part, repetitions around one another multiplied
MAX_OPEN_ENDED = 3  # repetitions without a bound: each multiplies what another engine may try
MAX_OPTIONAL = 10  # repetitions of a group that may match in several ways
MAX_GROUPS = 10  # inside of one another
ENGINE_BYTES = 256 * 1024  # a pattern compiled: the largest of the sample county takes 8 KiB

_SPECIAL = frozenset("^$.|?*+()[]{}\\")
_CLASSES = {"d": "0", "w": "a", "s": " ", "D": "甲", "W": "-", "S": "a"}
_OTHERS = frozenset("-/\"'=:,;@#&%!~<>_ ")
_DIGITS = frozenset("0123456789")
_COUNTED = re.compile(r"(\d{1,6})(,(\d{0,6}))?\}", re.ASCII)


class PatternError(ValueError):
    """A pattern that is not of the language; the words say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What was read of a pattern, and a text that fits it."""

    made: str
    repeats: int = 1  # at most, repetitions around one another multiplied
    varies: bool = False  # repeats something a number of times that is not fixed
    optional: bool = False  # has alternatives, or something that may be missing
    group: bool = False


@dataclass(slots=True)
class _Reader:
    """Reads one pattern from its first character to its last."""

    text: str
    at: int = 0
    open_ended: int = 0  # repetitions without a bound
    depth: int = 0  # groups that are open

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        self.at += 1
        return self.text[self.at - 1 : self.at]

    def choice(self) -> _Part:
        """Alternatives; the text is one that fits the first."""
        parts = [self.sequence()]
        while self.peek() == "|":
            self.take()
            parts.append(self.sequence())
        return _Part(
            made=parts[0].made,
            repeats=max(part.repeats for part in parts),
            varies=any(part.varies for part in parts),
            optional=len(parts) > 1 or parts[0].optional,
        )

    def sequence(self) -> _Part:
        parts = []
        while self.peek() and self.peek() not in "|)":
            parts.append(self.repeated(self.part()))
        return _Part(
            made="".join(part.made for part in parts),
            repeats=max((part.repeats for part in parts), default=1),
            varies=any(part.varies for part in parts),
            optional=any(part.optional for part in parts),
        )

    def repeated(self, part: _Part) -> _Part:
        """The part with the repetition behind it, if there is one."""
        least, most = self.times()
        endless = most is None
        if part.group and part.varies and most != 1:
            raise PatternError("重复的组里不能再有次数不定的重复")
        if part.group and part.optional and (most is None or most > MAX_OPTIONAL):
            raise PatternError(f"重复超过 {MAX_OPTIONAL} 次的组里不能有“|”和“?”")
        self.open_ended += endless
        if self.open_ended > MAX_OPEN_ENDED:
            raise PatternError(f"次数不限的重复最多 {MAX_OPEN_ENDED} 处")
        repeats = part.repeats * max(most or least, 1)
        if repeats > MAX_REPEATS:
            raise PatternError(f"重复合计超过 {MAX_REPEATS} 次")
        return _Part(
            made=part.made * least,
            repeats=repeats,
            varies=part.varies or most not in (least, 1),
            optional=part.optional or (least, most) == (0, 1),
        )

    def part(self) -> _Part:
        char = self.take()
        if char == "(":
            return self.group()
        if char == "[":
            return _Part(made=self.set())
        if char == "\\":
            return _Part(made=self.escape())
        if char == ".":
            return _Part(made="甲")
        if char in "^$":
            raise PatternError("^ 只能写在最前，$ 只能写在最后")
        if char in _SPECIAL:
            raise PatternError(f"“{char}”用在这里没有意义")
        return _Part(made=char)

    def group(self) -> _Part:
        if self.peek() == "?":
            self.take()
            if self.take() != ":":
                raise PatternError("不能用前瞻、后顾和命名的组，只能用 ( ) 或 (?: )")
        self.depth += 1
        if self.depth > MAX_GROUPS:
            raise PatternError(f"括号套了 {self.depth} 层，最多 {MAX_GROUPS}")
        found = self.choice()
        if self.take() != ")":
            raise PatternError("括号不成对")
        self.depth -= 1
        return replace(found, group=True)

    def escape(self) -> str:
        char = self.take()
        if char in _DIGITS:
            raise PatternError("不能用反向引用")
        if char in _CLASSES:
            return _CLASSES[char]
        if char in _SPECIAL or (char and char in _OTHERS):
            return char
        raise PatternError(f"不认识的写法：\\{char}")

    def set(self) -> str:
        """``[...]``: one of its characters; of a negated one something rare."""
        negated = self.peek() == "^"
        if negated:
            self.take()
        members: list[str] = []
        while self.peek() != "]":
            if not self.peek():
                raise PatternError("方括号不成对")
            low = self.member()
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.take()
                high = self.member()
                if len(low) != 1 or high < low:
                    raise PatternError(f"范围 {low}-{high} 颠倒了")
            members.append(low)
        self.take()
        if not members:
            raise PatternError("方括号里是空的")
        return "甲" if negated else members[0]

    def member(self) -> str:
        char = self.take()
        if char == "\\":
            return self.escape()
        if char == "[" or (char == "&" and self.peek() == "&"):
            raise PatternError(f"方括号里的“{char}”要写成“\\{char}”")
        return char

    def times(self) -> tuple[int, int | None]:
        """How often the part before may come: at least, and at most (None: no bound)."""
        char = self.peek()
        if not char or char not in "?*+{":
            return 1, 1
        self.take()
        simple: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
        found = simple[char] if char in simple else self.counted()
        if self.peek() and self.peek() in "?*+{":
            raise PatternError("重复不能再接重复")
        return found

    def counted(self) -> tuple[int, int | None]:
        found = _COUNTED.match(self.text, self.at)
        if found is None:
            raise PatternError("花括号里应是次数，如 {3} 或 {2,5}")
        self.at = found.end()
        least, most = int(found[1]), int(found[3] or 0)
        if found[2] is None:
            return least, least
        if found[3] and most < least:
            raise PatternError(f"次数 {least},{most} 颠倒了")
        return least, most if found[3] else None


def why_no_pattern(pattern: str) -> str:
    """What is wrong with a pattern; empty if it is of the language."""
    try:
        made_to_fit(pattern)
    except PatternError as exc:
        return str(exc)
    return ""


def made_to_fit(pattern: str) -> str:
    """A short text that fits a pattern.

    Raises:
        PatternError: it is not of the language.
    """
    if len(pattern) > MAX_PATTERN_CHARS:
        raise PatternError(f"共 {len(pattern)} 个字，最多 {MAX_PATTERN_CHARS}")
    reader = _Reader(_without_anchors(pattern))
    found = reader.choice()
    if reader.peek():
        raise PatternError("括号不成对")
    return found.made


def _without_anchors(pattern: str) -> str:
    inner = pattern.removeprefix("^")
    if inner.endswith("$") and not _escaped(inner[:-1]):
        inner = inner[:-1]
    return inner


def _escaped(before: str) -> bool:
    """Whether what follows ``before`` is a plain character because of a backslash."""
    count = 0
    while count < len(before) and before[-1 - count] == "\\":
        count += 1
    return count % 2 == 1
