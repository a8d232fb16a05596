"""What every frontend for people has in common: prompts, commands and answers go the same way on a screen and in lines.

Not its job: how anything is shown. Whoever shows it is a `Front`.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Protocol, assert_never

from aircher.commands.command import CommandContext
from aircher.commands.outcome import Choice, Chosen, Copied, Left, Offered, Outcome, Saved, Shown, Switch, Toggled
from aircher.domain.display import DisplayBlock, TextBlock
from aircher.domain.errors import UsageError
from aircher.domain.ids import TurnId
from aircher.domain.lanes import Lane
from aircher.tui.composer.submission import Submission, SubmissionKind
from aircher.tui.conversation import Conversation, Conversations, Watcher
from aircher.tui.dialogs.ports import Rewind
from aircher.tui.errands import Errands
from aircher.tui.ports import Host, OpenSession
from aircher.tui.settings import holds_from


class Front(Protocol):
    """Shows things and asks for choices, in its own way.

    Attributes:
        errands: Where what commands find out can be stopped.
    """

    host: Host
    conversations: Conversations
    errands: Errands

    def watcher(self, session: OpenSession) -> Watcher:
        """Return what shows a session's events."""
        ...

    def opened(self, conversation: Conversation) -> None:
        """Begin to show this conversation instead of the one before, and follow it from now on."""
        ...

    def show(self, blocks: Sequence[DisplayBlock], *, command: str = "") -> None:
        """Show something that is no part of the conversation; ``command`` is the line that asked for it."""
        ...

    async def offer(self, choice: Choice) -> str | None:
        """Let the user choose; ``None`` = nothing was chosen, or the list did everything itself."""
        ...

    def use_theme(self, name: str) -> None:
        """Use these colours."""
        ...

    def toggle(self, switch: Switch) -> None:
        """Switch something of this frontend."""
        ...

    def copy(self, text: str) -> str:
        """Put text into the clipboard, and return in words what became of it."""
        ...

    def leave(self) -> None:
        """End."""
        ...


async def open_conversation(front: Front, session_id: str = "", *, is_last: bool = False) -> Conversation:
    """Show a conversation: one that is open already, a recorded one, or with ``""`` a new one.

    Args:
        front: Where to.
        session_id: The beginning of its id.
        is_last: Whether the last one here is meant.

    Raises:
        AircherError: It cannot be opened, or the one before could not be closed.
    """
    conversations = front.conversations
    async with conversations.changing:
        conversation = conversations.get(session_id)
        if conversation is None and session_id:
            session_id = await front.host.shelf.find(session_id)
            conversation = conversations.get(session_id)
        if conversation is None:
            async with AsyncExitStack() as stack:
                session = await stack.enter_async_context(front.host.open(session_id, is_last=is_last))
                conversation = Conversation(session, front.watcher(session))
                conversations.add(conversation, stack.pop_all())
        conversations.look_at(conversation)
        front.host.looked_at = conversation.session.session_id
        front.opened(conversation)
        await conversations.close_some()
    return conversation


async def submit(front: Front, submission: Submission) -> None:
    """Do what was written.

    Raises:
        AircherError: It cannot be done.
    """
    match submission.kind:
        case SubmissionKind.COMMAND:
            await run_command(front, submission.text)
        case SubmissionKind.MEMORY:
            front.show([TextBlock(text=await front.host.remember(submission.text))])
        case SubmissionKind.SHELL:
            conversation = current(front)
            if conversation.is_busy:
                front.show([TextBlock(text=f"!{submission.text} runs once this turn has ended.")])
            await conversation.session.run(submission.text)
        case SubmissionKind.PROMPT:
            await current(front).session.send(submission.parts, lane=Lane.QUEUE if submission.is_queued else Lane.STEER)
        case _:
            assert_never(submission.kind)


def current(front: Front) -> Conversation:
    """Return the conversation that is looked at.

    Raises:
        UsageError: None is open.
    """
    conversation = front.conversations.current
    if conversation is None:
        raise UsageError("no conversation is open", hint="/clear begins one, /session goes on with one")
    return conversation


async def run_command(front: Front, line: str) -> None:
    """Run a slash command and do what it comes to.

    Raises:
        AircherError: There is no such command, or it cannot be done.
    """
    from aircher.commands.registry import built_in_commands  # some thirty modules, for the first command

    command, arguments = built_in_commands().parse(line)
    conversation = current(front)
    known = CommandContext(
        outside=conversation.session.outside,
        session_id=conversation.session.session_id,
        last_answer=conversation.answer,
        todo=conversation.todo,
    )
    outcome = await front.errands.stoppable(command.run(known, arguments), name=f"/{command.name}")
    if outcome is not None:
        await _fulfil(front, outcome, f"/{command.name} {arguments}".rstrip())


async def _fulfil(front: Front, outcome: Outcome, line: str) -> None:
    match outcome:
        case Shown(blocks=blocks):
            front.show(blocks, command=line)
        case Offered(choice=choice):
            value = await front.offer(choice)
            if value is not None:
                await choose(front, choice, value)
        case Chosen(choice=choice, value=value):
            await choose(front, choice, value)
        case Copied(text=text):
            front.show([TextBlock(text=front.copy(text))])
        case Toggled(switch=switch):
            front.toggle(switch)
        case Saved(name=name, value=value):
            problem = await front.host.book.save(name, value)
            if problem is not None:
                raise UsageError(problem)
            front.show([TextBlock(text=f"Saved: {name} = {value}. It holds {holds_from(name)}.")])
        case Left():
            front.leave()
        case _:
            assert_never(outcome)


async def choose(front: Front, choice: Choice, value: str) -> None:
    """Let a chosen value hold.

    Raises:
        AircherError: It cannot be had.
    """
    match choice:
        case Choice.SESSION:
            await open_conversation(front, value)
        case Choice.THEME:
            front.use_theme(value)
        case Choice.HELP:
            await run_command(front, value)
        case Choice.MODEL | Choice.PROVIDER | Choice.THINKING | Choice.MODE:
            front.show([TextBlock(text=await current(front).session.choose(choice, value))])
        case Choice.TURN:
            to = Rewind(turn_id=TurnId(value), restores_files=False)
            front.show([TextBlock(text=await current(front).session.rewind(to))])
        case Choice.SETTINGS:
            raise UsageError("a setting needs a name and a value", hint="/config NAME VALUE")
        case _:
            assert_never(choice)
