"""Questions of the running turn, as boxes: one at a time, the oldest first, of the conversation that is looked at.

Invariant: a box whose question is not open any more closes by itself; one that is set aside is as unanswered as
before, and comes back with what was written in it. Not its job: what keys mean in a box, and when they begin to count
(`dialogs.grace`).
"""

from typing import TYPE_CHECKING, Any

from aircher.domain.events import PermissionAsked
from aircher.domain.operations import Answer, AnswerQuestion
from aircher.tui.blocks.displayed import WholeBlocks
from aircher.tui.conversation import Asked, Conversation
from aircher.tui.dialogs.asking import Hint
from aircher.tui.dialogs.box import BoxedDialog
from aircher.tui.dialogs.permission import PermissionDialog
from aircher.tui.dialogs.question import QuestionDialog
from aircher.tui.keymap import Action
from aircher.tui.quantities import plural

if TYPE_CHECKING:  # which holds what this shows
    from aircher.tui.app import Interface


def ask_next(interface: "Interface", *, is_wanted: bool = False) -> None:
    """Show the oldest open question of the conversation, unless one is shown; close a box that nobody waits for.

    One that is wanted was asked for by a key: if it was seen before, the next key may answer it.
    """
    conversation = interface.conversations.current
    if conversation is None or conversation.are_set_aside or not conversation.questions:
        interface.asked = None
    elif interface.asked in conversation.questions:
        _tell_more(interface, conversation)
        return
    else:
        interface.asked = conversation.questions[0]
        interface.errands.start(_ask(interface, conversation, interface.asked, is_wanted=is_wanted))
    for dialog in interface.dialogs:
        if isinstance(dialog, PermissionDialog | QuestionDialog):
            dialog.answered.cancel()


def set_aside(interface: "Interface", *, is_wanted: bool) -> bool:
    """Put the open questions out of sight, or show them again; return whether that changes anything."""
    conversation = interface.conversations.current
    if conversation is None or not conversation.questions or conversation.are_set_aside is is_wanted:
        return False
    conversation.are_set_aside = is_wanted
    ask_next(interface, is_wanted=not is_wanted)
    return True


async def _ask(interface: "Interface", conversation: Conversation, asked: Asked, *, is_wanted: bool) -> None:
    """Ask; a box that was left with Escape ends the turn, as Escape does without one."""
    if interface.asked is not asked:  # it was over before its box could be shown
        return
    answer: Answer | None = await interface.ask(_dialog(interface, conversation, asked, is_wanted=is_wanted))
    if answer is None and isinstance(asked, PermissionAsked):
        await conversation.session.interrupt()
        return
    if answer is None:
        answer = AnswerQuestion(call_id=asked.call_id, text="")
    conversation.session.answer(answer)
    conversation.forget_question(asked.call_id)
    ask_next(interface)


def _dialog(interface: "Interface", conversation: Conversation, asked: Asked, *, is_wanted: bool) -> BoxedDialog[Any]:
    """Return its box, whose answers are of its own type: the one from before, if it was set aside."""
    dialog = conversation.boxes.get(asked.call_id)
    if dialog is None:
        dialog = conversation.boxes[asked.call_id] = _question(interface, asked)
    else:
        dialog.ask_again(last_typed_at_s=interface.typed_at_s, is_wanted=is_wanted)
    _tell_more(interface, conversation)
    return dialog


def _tell_more(interface: "Interface", conversation: Conversation) -> None:
    """Tell in the boxes what else a key does there, and how many questions come after it."""
    key = interface.settings.keymap.name(Action.FULL_OUTPUT)
    hints = [Hint(key, "look behind")] if key and not interface.settings.is_inline else []
    if after := len(conversation.questions) - 1:
        hints.append(Hint("", f"{plural(after, 'more question')} after this"))
    for dialog in conversation.boxes.values():
        dialog.more_hints = hints


def _question(interface: "Interface", asked: Asked) -> PermissionDialog | QuestionDialog:
    typed_at_s = interface.typed_at_s
    if isinstance(asked, PermissionAsked):
        return PermissionDialog(
            asked,
            interface.screen,
            display=asked.display,
            renderer=lambda changed: WholeBlocks(changed).rows,
            check_rule=interface.host.wrong_rule,
            last_typed_at_s=typed_at_s,
        )
    return QuestionDialog(asked, interface.screen, last_typed_at_s=typed_at_s)
