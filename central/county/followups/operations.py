"""Letters for whoever may: rights, and the record of each look and answer."""

from central.accounts.roles import Right
from central.county.casework.files.opened import OpenedFile
from central.county.casework.operations import FILE
from central.county.followups.calls import (
    ADVISED,
    ANSWER,
    LETTERS,
    SHOW_LETTER,
    AdvisedCount,
    Answered,
    AnswerLetter,
    Letters,
    LetterShown,
    ShowLetter,
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
            return list(
                await self._letters.page(after=wanted.after, limit=PAGE, which=wanted.which)
            )

    async def one(self, actor: Actor, wanted: ShowLetter, _: Report = silent) -> LetterShown:
        """One letter; recorded. Raises LoginForbiddenError, LetterUnknownError."""
        async with self._record.action(actor, SHOW_LETTER.name, subject=wanted.letter):
            actor.require(Right.CASES)
            return await self._letters.one(wanted.letter)

    async def file(self, actor: Actor, letter: str, position: int) -> OpenedFile:
        """A file of one; that somebody saw it is recorded.

        Raises LoginForbiddenError, and as LetterService.file.
        """
        actor.require(Right.CASES)
        file = await self._letters.file(letter, position)
        await self._record.note(actor, FILE, subject=letter, detail={"file": position + 1})
        return file

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
            Handler(SHOW_LETTER, self.one),
            Handler(ANSWER, self.answer),
            Handler(ADVISED, self.advised),
        )
