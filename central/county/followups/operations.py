"""Letters for whoever may: rights, and the record of each look and answer."""

from central.accounts.roles import Right
from central.county.followups.calls import (
    ADVISED,
    ANSWER,
    LETTERS,
    AdvisedCount,
    Answered,
    AnswerLetter,
    Letters,
    LetterShown,
)
from central.county.followups.letters import LetterService
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

PAGE = 200  # letters in one answer: 3 MB at most


class LetterOperations:
    """The letters of one county."""

    def __init__(self, letters: LetterService, record: Record) -> None:
        self._letters, self._record = letters, record

    async def letters(self, actor: Actor, wanted: Letters, _: Report = silent) -> list[LetterShown]:
        """At most :data:`PAGE` letters. Raises LoginForbiddenError, LetterUnknownError."""
        async with self._record.action(actor, LETTERS.name, subject=wanted.after):
            actor.require(Right.CASES)
            return list(await self._letters.page(after=wanted.after, limit=PAGE))

    async def answer(self, actor: Actor, wanted: AnswerLetter, _: Report = silent) -> Answered:
        """Answer a letter, once. Raises LoginForbiddenError, and as LetterService.answer."""
        async with self._record.action(actor, ANSWER.name, subject=wanted.letter):
            actor.require(Right.CASES)
            return await self._letters.answer(wanted.letter, wanted.words)

    async def advised(self, actor: Actor, _: Nothing, __: Report = silent) -> list[AdvisedCount]:
        """How often each station sent somebody home with a paper. Raises LoginForbiddenError."""
        async with self._record.action(actor, ADVISED.name):
            actor.require(Right.CASES)
            return list(await self._letters.advised())

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(LETTERS, self.letters),
            Handler(ANSWER, self.answer),
            Handler(ADVISED, self.advised),
        )
