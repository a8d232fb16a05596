"""What keys do in the composer: popups have them first, then the keymap, then the editor.

Invariant: what was typed is done in the order in which it was typed, and only a key sends something, once. Not its
job: drawing.
"""

from collections.abc import Callable
from functools import partial

from aircher.domain.errors import AircherError
from aircher.domain.messages import PromptPart, TextPart
from aircher.tui.composer.background import Background
from aircher.tui.composer.completion import Completion, OnEnter
from aircher.tui.composer.errands import Errands
from aircher.tui.composer.history_search import HistorySearch
from aircher.tui.composer.holding import Hold
from aircher.tui.composer.input import Input
from aircher.tui.composer.menu import MOST_ROWS, Menu
from aircher.tui.composer.ports import ComposerPorts
from aircher.tui.composer.recall import Recall, Recalled
from aircher.tui.composer.submission import Submission
from aircher.tui.keymap import Action, Keymap
from aircher.tui.parts import Changed
from aircher.tui.terminal.events import InputEvent, KeyPressed, Pasted

CHOICES_WAIT_S = 0.3  # longer, and somebody wonders whether the key was taken
PICTURE_WAIT_S = 3.0  # a picture of 20 MiB from a slow disk
_STEPS = {"up": -1, "down": 1, "shift+up": -MOST_ROWS, "shift+down": MOST_ROWS}
_TYPED = frozenset({Action.SEND, Action.NEW_LINE, Action.QUEUE})
_OLDER, _NEWER = frozenset({"up", "k"}), frozenset({"down", "j"})


class Keys:
    """The composer's state, and what keys do to it.

    Attributes:
        keymap: What keys ask for.
        hold: What waits, and what was typed behind it.
        sent: Takes what is sent, when the input is empty again.
        edited: Is called when the text has changed.
    """

    def __init__(self, ports: ComposerPorts, keymap: Keymap, background: Background, changed: Changed) -> None:
        """Begin with an empty input; ``changed`` is called when something is to be drawn anew."""
        self.input = Input()
        self.recall = Recall()
        self.completion = Completion(ports, background, self.follow)
        self.search = HistorySearch(ports.history, background, changed, self._put_text)
        self.errands = Errands(ports, background, self.input, self.follow)
        self.sent: Callable[[Submission], None] = _unheard
        self.edited: Changed = _unseen
        self._ports = ports
        self.keymap = keymap
        self._background = background
        self._changed = changed
        self.hold = Hold(self.handle)
        self._seen = ""
        self._recalled: tuple[str, int] | None = None

    @property
    def menu(self) -> Menu | None:
        """Return the list of the open popup."""
        return self.search.menu if self.search.is_open else self.completion.menu

    def handle(self, event: InputEvent) -> bool:
        """Do what a key says, or insert what was pasted; ``False`` = it is somebody else's."""
        if not isinstance(event, KeyPressed | Pasted):
            return False
        if self.hold.is_holding:
            action = None
            if isinstance(event, KeyPressed) and not event.text:
                action = self.keymap.action(event.key)
            if action is None or action in _TYPED:
                self.hold.keep(event)
                return True
            if self.errands.is_editing:
                return False
            self.hold.release()
        if isinstance(event, KeyPressed):
            return self._key(event)
        if self.search.is_open:
            self.search.insert(event.text)
        else:
            self.errands.paste(event.text)
            self.follow()
        return True

    def put(self, *prompt: PromptPart, is_added: bool = False) -> None:
        """Let this be all that is written, or the end of it."""
        self.recall.reset()
        try:
            self.input.put(*prompt, is_added=is_added)
        except AircherError as exc:
            self._ports.tell(exc)
        self.follow()

    def click(self, row: int) -> bool:
        """Take the choice in this row of the popup; ``False`` = there is none."""
        menu = self.menu
        if menu is None or not menu.go_to(row):
            return False
        if self.search.is_open:
            self.search.take()
        else:
            self._complete()
        return True

    def follow(self, *, is_edit: bool = False) -> None:
        """Look at what has become of the text; a popup is opened only if it was edited by a key."""
        text = self.input.text
        is_new = text != self._seen
        self._seen = text
        if is_new:
            self.edited()
        self.completion.follow(text, self.input.editor.cursor, is_edit=is_edit and is_new)
        self._changed()
        self.hold.look()

    def _put_text(self, text: str) -> None:
        self.put(TextPart(text=text))

    def _key(self, event: KeyPressed, *, waits: bool = True) -> bool:
        action = self.keymap.action(event.key)
        if self.search.is_open:
            return self.search.key(event, action)
        if event.key == "escape" and self.completion.token is not None:
            self.completion.close()
            self._changed()
            return True
        if event.key in _STEPS and self.completion.is_waiting and waits:
            again = partial(self._key, event, waits=False)
            self.hold.begin(again, is_over=self.completion.has_settled, deadline_s=CHOICES_WAIT_S)
            return True
        menu = self.completion.menu
        if menu is not None and event.key in _STEPS:
            menu.move(_STEPS[event.key])
            self._changed()
            return True
        is_typed = event.text != "" and self.input.text != ""  # a letter is a key of the interface in an empty input
        if action is None or is_typed or self.input.editor.claims(event.key):
            return self._edit(event)
        return self._do(action, event)

    def _do(self, action: Action, event: KeyPressed) -> bool:
        match action:
            case Action.SEND if not self.input.text:
                return False
            case Action.SEND:
                self._enter()
            case Action.NEW_LINE:
                self.input.editor.insert("\n")
                self.follow(is_edit=True)
            case Action.QUEUE:
                return self._tab()
            case Action.CLEAR_INPUT if self.input.text:
                self.input.editor.set_text("")
                self.recall.reset()
                self.follow()
            case Action.SEARCH_HISTORY:
                self.completion.close()
                self.search.open(self.recall.entries)
            case Action.EXTERNAL_EDITOR:
                self.errands.edit()
                self.hold.begin(_unseen, is_over=lambda: not self.errands.is_editing, deadline_s=None)
            case Action.PASTE_IMAGE:
                self.errands.read_clipboard()
                self.follow()
            case Action.FULL_OUTPUT:
                if not self.errands.unfold():
                    return False
                self.follow()
            case Action.INTERRUPT:
                return self._edit(event)
            case Action.QUIT if self.input.text:
                return self._edit(event)
            case _:
                return False
        return True

    def _edit(self, event: KeyPressed) -> bool:
        """Let the editor have a key; up and down go through the history where the text ends."""
        editor = self.input.editor
        is_fresh = self._recalled == (editor.text, editor.cursor)
        if not (is_fresh and event.key in {"up", "down"}) and editor.handle(event):
            self.follow(is_edit=True)
            return True
        if event.key in _OLDER:
            return self._recall(self.recall.older(editor.text))
        return event.key in _NEWER and self._recall(self.recall.newer(editor.text))

    def _recall(self, found: Recalled | None) -> bool:
        if found is None:
            return False
        if found.is_draft:
            self.input.editor.set_text(found.text)
        else:
            self.input.put(TextPart(text=found.text))
        self._recalled = (self.input.text, self.input.editor.cursor)
        self.follow()
        return True

    def _tab(self, *, waits: bool = True) -> bool:
        """Complete what is being completed; else queue what is written. Without an answer in time it does nothing."""
        if self.completion.is_waiting and waits:
            again = partial(self._tab, waits=False)
            self.hold.begin(again, is_over=self.completion.has_settled, deadline_s=CHOICES_WAIT_S)
        elif self.completion.is_waiting:
            return True
        elif self.completion.menu is not None:
            self._complete()
        elif self.input.text.strip():
            self._send(is_queued=True)
        else:
            return False
        return True

    def _complete(self) -> None:
        change = self.completion.change()
        if change is not None:
            is_spaced = change.text.endswith(" ") and self.input.text[change.end : change.end + 1] == " "
            self.input.editor.replace(change.start, change.end + is_spaced, change.text)
            self.follow(is_edit=True)

    def _enter(self, *, waits: bool = True) -> None:
        """Break the line behind a backslash, take what the popup offers, or send."""
        editor, completion = self.input.editor, self.completion
        at = editor.cursor
        if editor.is_inserting and editor.text[max(0, at - 1) : at] == "\\":
            editor.replace(at - 1, at, "\n")
            self.follow(is_edit=True)
            return
        if waits and completion.is_waiting and completion.token is not None and completion.token.query:
            again = partial(self._enter, waits=False)
            self.hold.begin(again, is_over=completion.has_settled, deadline_s=CHOICES_WAIT_S)
            return
        does = completion.on_enter()
        if does is not OnEnter.SENDS:
            self._complete()
        if does is not OnEnter.COMPLETES:
            self._send(is_queued=False)

    def _send(self, *, is_queued: bool, waits: bool = True) -> None:
        if waits and self.input.is_pending:
            self.hold.begin(
                partial(self._send, is_queued=is_queued, waits=False),
                is_over=lambda: not self.input.is_pending,
                deadline_s=PICTURE_WAIT_S,
            )
            return
        submission = self.input.submission(is_queued=is_queued)
        if submission is None:
            return
        text = self.input.expanded().strip()
        if self.recall.add(text):
            self._background.start(self._ports.history.add(text))
        self.input.clear()
        self.follow()
        self.sent(submission)


def _unheard(submission: Submission) -> None:
    """Send it to nobody."""


def _unseen() -> None:
    """Tell nobody."""
