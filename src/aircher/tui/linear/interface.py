"""Talks in lines. Not its job: what prompts, commands and answers come to (`aircher.tui.front`)."""

import asyncio
import signal
from collections.abc import Sequence
from typing import TextIO

from aircher.commands.outcome import Choice, Switch
from aircher.domain.display import DisplayBlock
from aircher.domain.errors import AircherError
from aircher.domain.events import Event, PermissionAsked
from aircher.domain.messages import TextPart
from aircher.domain.operations import AnswerPermission, AnswerQuestion, Consent
from aircher.support.text import without_controls
from aircher.tui.composer.submission import Submission, SubmissionKind
from aircher.tui.conversation import Asked, Conversation, Conversations, follow
from aircher.tui.front import open_conversation, submit
from aircher.tui.linear.announcer import Announcer
from aircher.tui.linear.choices import options
from aircher.tui.linear.lines import Lines
from aircher.tui.linear.words import block_words, consents
from aircher.tui.ports import Host, OpenSession

_KINDS = {"/": SubmissionKind.COMMAND, "!": SubmissionKind.SHELL, "#": SubmissionKind.MEMORY}
_CONSENTS = (Consent.ONCE, Consent.SESSION, Consent.PROJECT, Consent.ALWAYS, Consent.NO)


class LinearInterface:
    """Reads lines and writes lines. It is a `aircher.tui.front.Front`."""

    def __init__(self, host: Host, lines: Lines, out: TextIO) -> None:
        self.host = host
        self.conversations = Conversations()
        self._lines = lines
        self._out = out
        self._has_left = False
        self._following: dict[str, asyncio.Task[None]] = {}

    async def run(self, prompt: str = "", *, session_id: str = "", is_last: bool = False) -> None:
        """Talk until the user leaves.

        Raises:
            AircherError: No conversation can be opened.
        """
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupt)
        try:
            await open_conversation(self, session_id, is_last=is_last)
            self._say("Type a message and press Enter. /help lists the commands, /quit leaves, Ctrl+C interrupts.")
            if prompt:
                await self._take(prompt)
            while not self._has_left and (line := await self._lines.next()) is not None:
                await self._take(line)
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            self._lines.close()
            await self.conversations.close_all()
            if self._following:
                await asyncio.wait(self._following.values())

    def watcher(self, session: OpenSession) -> Announcer:  # noqa: ARG002 - a `Front`
        """Return what says a session's events."""
        return Announcer(self._say)

    def opened(self, conversation: Conversation) -> None:
        """Follow it, and say which it is."""
        session_id = conversation.session.session_id
        status = conversation.session.status()
        self._say(f"Conversation {session_id}: {status.provider}, model {status.model}, mode {status.mode}.")
        if session_id not in self._following:
            self._following[session_id] = asyncio.create_task(follow(conversation, self._seen))

    def show(self, blocks: Sequence[DisplayBlock]) -> None:
        """Say it."""
        for block in blocks:
            self._say(block_words(block))

    async def offer(self, choice: Choice) -> str | None:
        """Say the list by its numbers and take the one that is typed."""
        conversation = self.conversations.current
        entries = [] if conversation is None else await options(self.host, conversation.session, choice)
        if not entries:
            self._say("There is no list here. Settings are changed with /config NAME VALUE.")
            return None
        for number, entry in enumerate(entries, start=1):
            self._say(f"{number}: {entry.told}")
        self._say("Which number? An empty line chooses nothing.")
        line = (await self._lines.next() or "").strip()
        if line.isdecimal() and 1 <= int(line) <= len(entries):
            return entries[int(line) - 1].value
        self._say("Nothing is chosen.")
        return None

    def use_theme(self, name: str) -> None:
        """Say that there are no colours here."""
        self._say(f"Plain lines have no colours: {name} changes nothing here.")

    def toggle(self, switch: Switch) -> None:
        """Say what stands behind it, or that it is not to be had here."""
        conversation = self.conversations.current
        if switch is Switch.VIM or conversation is None:
            self._say("The terminal itself edits the lines here; vi keys are not to be had.")
            return
        facts = conversation.session.panel()
        used = "unknown" if facts.context_tokens is None else f"{facts.context_tokens:,}"
        self._say(f"The window holds {used} tokens" + (f" of {facts.window_tokens:,}." if facts.window_tokens else "."))

    def copy(self, text: str) -> None:
        """Say the text: no clipboard can be reached."""
        self._say(text)

    def leave(self) -> None:
        """End after this."""
        self._has_left = True

    async def _take(self, line: str) -> None:
        conversation = self.conversations.current
        text = line.strip()
        try:
            if conversation is not None and conversation.questions:
                self._answer(conversation, conversation.questions[0], text)
            elif text:
                kind = _KINDS.get(text[0], SubmissionKind.PROMPT)
                said = text if kind in {SubmissionKind.PROMPT, SubmissionKind.COMMAND} else text[1:].strip()
                await submit(self, Submission(kind=kind, text=said, parts=(TextPart(text=said),), is_queued=False))
            elif conversation is not None and conversation.is_paused:
                await conversation.session.lanes.go_on()
        except AircherError as exc:
            self._say(f"Error: {exc.message}." + (f" Remedy: {exc.hint}." if exc.hint else ""))

    def _answer(self, conversation: Conversation, asked: Asked, text: str) -> None:
        """Hand in the answer that was typed, or say again what can be typed: nothing else counts as a yes."""
        number, _, reason = text.partition(" ")
        if not isinstance(asked, PermissionAsked):
            is_number = number.isdecimal() and 1 <= int(number) <= len(asked.choices) and not reason
            words = asked.choices[int(number) - 1] if is_number else text
            conversation.session.answer(AnswerQuestion(call_id=asked.call_id, text=words))
            return
        choices = consents(asked)
        if not (number.isdecimal() and 1 <= int(number) <= len(choices)):
            self._say(f"This is no answer. Type a number from 1 to {len(choices)}: {'; '.join(choices)}.")
            return
        consent = Consent.NO if int(number) == len(choices) else _CONSENTS[int(number) - 1]
        is_no = consent is Consent.NO
        answer = AnswerPermission(call_id=asked.call_id, consent=consent, reason=reason.strip() if is_no else "")
        conversation.session.answer(answer)

    def _seen(self, conversation: Conversation, event: Event) -> None:
        """Take note; everything was said already."""

    def _interrupt(self) -> None:
        conversation = self.conversations.current
        if conversation is None or not conversation.is_busy:
            self._say("Nothing runs. /quit or Ctrl+D leaves.")
            return
        self._say("Interrupting.")
        self._interrupting = asyncio.ensure_future(conversation.session.interrupt())

    def _say(self, text: str) -> None:
        print(without_controls(text), file=self._out, flush=True)
