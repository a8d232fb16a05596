"""Talks in lines. Not its job: what prompts, commands and answers come to (`aircher.tui.front`)."""

import asyncio
import signal
from collections.abc import Sequence

from aircher.commands.outcome import Choice, Switch
from aircher.domain.display import DisplayBlock
from aircher.domain.errors import AircherError
from aircher.domain.events import Event, PermissionAsked, QuestionAsked, TurnFinished
from aircher.domain.messages import TextPart
from aircher.domain.ports import Clock
from aircher.tui.composer.submission import Submission, SubmissionKind, kind_of, sign_of
from aircher.tui.conversation import Conversation, Conversations, follow
from aircher.tui.dialogs.grace import GRACE_S
from aircher.tui.errands import Errands
from aircher.tui.front import open_conversation, submit
from aircher.tui.linear.announcer import Announcer
from aircher.tui.linear.answers import answer_to, place_of
from aircher.tui.linear.choices import nothing_words, options
from aircher.tui.linear.lines import Lines
from aircher.tui.linear.voice import Voice
from aircher.tui.linear.words import answer_words, asked_words, block_words
from aircher.tui.ports import Host, OpenSession

WELCOME = "Type a message and press Enter. /help lists the commands, /quit leaves, Ctrl+C interrupts."


class LinearInterface:
    """Reads lines and writes lines. It is a `aircher.tui.front.Front`.

    Attributes:
        voice: Says things.
        errands: What takes time.
    """

    def __init__(self, host: Host, lines: Lines, voice: Voice, clock: Clock) -> None:
        self.host = host
        self.conversations = Conversations()
        self.voice = voice
        self.errands = Errands(self.voice.failed, lines.end)
        self._lines = lines
        self._clock = clock
        self._asked_at_s = float("-inf")
        self._has_left = False
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    async def run(self, prompt: str = "", *, session_id: str = "", is_last: bool = False, waits: bool = False) -> None:
        """Talk until the user leaves.

        Args:
            prompt: Sent first.
            session_id: A recorded session to go on with; ``is_last`` = the last one here.
            is_last: See ``session_id``.
            waits: Whether a turn that runs at the end of the input is waited for: nobody sits at a file.

        Raises:
            AircherError: No conversation can be opened.
            Exception: A bug of ours ended it.
        """
        loop = asyncio.get_running_loop()
        ends = {signal.SIGINT: self._interrupt, signal.SIGTERM: self._lines.end, signal.SIGHUP: self._lines.end}
        for number, handler in ends.items():
            loop.add_signal_handler(number, handler)
        try:
            await open_conversation(self, session_id, is_last=is_last)
            self.voice.say(WELCOME)
            if prompt:
                await self._take(prompt)
            while not self._has_left and (line := await self._lines.next()) is not None:
                await self._take(line)
            if waits and not self._has_left:
                await self._is_idle.wait()
        finally:
            for number in ends:
                loop.remove_signal_handler(number)
            self._lines.end()
            await self.conversations.close_all()
            await self.errands.close()
        if self.errands.defect is not None:
            raise self.errands.defect

    def watcher(self, session: OpenSession) -> Announcer:
        """Return what says a session's events; of one that nobody looks at, with its name."""

        def say(text: str) -> None:
            current = self.conversations.current
            is_elsewhere = current is not None and current.session is not session
            is_open = self.conversations.get(session.session_id) is not None
            self.voice.say(f"In conversation {session.session_id}: {text}" if is_elsewhere and is_open else text)

        return Announcer(say)

    def opened(self, conversation: Conversation) -> None:
        """Follow it, and say which it is."""
        status = conversation.session.status()
        session_id = conversation.session.session_id
        self.voice.say(f"Conversation {session_id}: {status.provider}, model {status.model}, mode {status.mode}.")
        if not conversation.is_followed:
            conversation.is_followed = True
            for remark in conversation.session.remarks:
                self.voice.say(remark)
            self.errands.start(follow(conversation, self._seen))
        if conversation.questions:
            self._ask(asked_words(conversation.questions[0]))

    def show(self, blocks: Sequence[DisplayBlock], *, command: str = "") -> None:  # noqa: ARG002 - it was just typed
        """Say it."""
        for block in blocks:
            self.voice.say(block_words(block))

    async def offer(self, choice: Choice) -> str | None:
        """Say the list by its numbers and take the one that is typed."""
        conversation = self.conversations.current
        entries = [] if conversation is None else await options(self.host, conversation.session, choice)
        if not entries or conversation is None:
            self.voice.say(nothing_words(choice))
            return None
        listed = [f"{number}: {entry.told}" for number, entry in enumerate(entries, start=1)]
        self.voice.say("\n".join([*listed, "Which number? An empty line chooses nothing."]))
        questions = len(conversation.questions)
        line = (await self._lines.next() or "").strip()
        if len(conversation.questions) > questions:  # the answer is to what was said last
            await self._take(line)
        elif (at := place_of(line, len(entries))) is not None:
            return entries[at].value
        self.voice.say("Nothing is chosen.")
        return None

    def use_theme(self, name: str) -> None:
        """Say that there are no colours here."""
        self.voice.say(f"Plain lines have no colours: {name} changes nothing here.")

    def toggle(self, switch: Switch) -> None:
        """Say what stands behind it, or that it is not to be had here."""
        conversation = self.conversations.current
        if switch is Switch.VIM or conversation is None:
            self.voice.say("The terminal itself edits the lines here; vi keys are not to be had.")
            return
        facts = conversation.session.panel()
        used = "unknown" if facts.context_tokens is None else f"{facts.context_tokens:,}"
        window = f" of {facts.window_tokens:,}" if facts.window_tokens else ""
        self.voice.say(f"Tokens in the window: {used}{window}.")

    def copy(self, text: str) -> str:
        """Say the text instead: no clipboard can be reached."""
        return text

    def leave(self) -> None:
        """End after this."""
        self._has_left = True

    async def _take(self, line: str) -> None:
        """Do what a line says: answer what is asked, or what it says anyway."""
        conversation = self.conversations.current
        text = line.strip()
        kind = kind_of(text)
        try:
            if conversation is not None and conversation.questions and kind is not SubmissionKind.COMMAND:
                self._answer(conversation, text)
            elif text:
                said = text.removeprefix(sign_of(kind)).strip()
                if kind in {SubmissionKind.PROMPT, SubmissionKind.SHELL}:
                    self._is_idle.clear()
                await submit(self, Submission(kind=kind, text=said, parts=(TextPart(text=said),)))
            elif conversation is not None and conversation.is_paused:
                await conversation.session.lanes.go_on()
        except AircherError as exc:
            self._is_idle.set()
            self.voice.failed(exc)

    def _answer(self, conversation: Conversation, text: str) -> None:
        """Hand in the answer that was typed, or say again what can be answered: nothing else counts as a yes."""
        asked = conversation.questions[0]
        answer = answer_to(asked, text)
        if self._clock.monotonic_s() - self._asked_at_s < GRACE_S:
            self.voice.say("This was typed before the question was asked, and does not count.")
        elif answer is not None:
            conversation.session.answer(answer)
            conversation.forget_question(asked.call_id)
            if conversation.questions:
                self._ask(asked_words(conversation.questions[0]))
        elif text:
            self.voice.say("\n".join(["This is no answer.", *answer_words(asked)]))
        else:
            self._ask(asked_words(asked))

    def _ask(self, lines: Sequence[str]) -> None:
        self._asked_at_s = self._clock.monotonic_s()
        self.voice.say("\n".join(lines))

    def _seen(self, conversation: Conversation, event: Event) -> None:
        """Take note of when something was asked, and of the end; the announcer has said it."""
        match event:
            case PermissionAsked() | QuestionAsked():
                self._asked_at_s = self._clock.monotonic_s()
            case TurnFinished() if not conversation.waiting or conversation.is_paused:
                self._is_idle.set()
            case _:
                pass

    def _interrupt(self) -> None:
        conversation = self.conversations.current
        if conversation is None or (not conversation.is_busy and self._is_idle.is_set()):
            if stopped := self.errands.stop():
                self.voice.say(f"{stopped} is not waited for any more.")
                return
            self.voice.say("Nothing runs. /quit or Ctrl+D leaves.")
            return
        self.voice.say("Interrupting.")
        self.errands.start(conversation.session.interrupt())
