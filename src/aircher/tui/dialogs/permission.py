"""Asks whether a tool's call may run: what it would touch, why that is asked, the diff or the command in full.

Invariant: nothing says yes by accident. No answer is chosen when the question appears: in the terminals of peers Enter
says yes to the first one, and who sends a line at the wrong moment has agreed to a command unread. Here Enter picks
only what was moved to; an answer's own number or letter is quicker anyway, and works once the grace period is over.
Not its job: what the answer leads to, and how a diff looks.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from aircher.domain.display import DisplayBlock
from aircher.domain.events import PermissionAsked
from aircher.domain.operations import AnswerPermission, Consent
from aircher.tui.dialogs.asking import Host
from aircher.tui.dialogs.form import Form
from aircher.tui.dialogs.grace import Grace
from aircher.tui.dialogs.menu import Option
from aircher.tui.look import Look, Role
from aircher.tui.parts import Changed
from aircher.tui.terminal.rows import EMPTY, Row, clean, wrap

Render: TypeAlias = Callable[[DisplayBlock, int, Look], Sequence[Row]]
"""Draws what a tool shows, into a width."""

CheckRule: TypeAlias = Callable[[str], str | None]
"""Says in a sentence what is wrong with a rule; ``None`` = nothing."""

_EDIT = "edit"
_WHY = "why"


class PermissionDialog(Form[AnswerPermission]):
    """The question; its answer is ``None`` if it was left with Escape, which is neither yes nor no."""

    def __init__(
        self,
        asked: PermissionAsked,
        host: Host,
        *,
        display: Sequence[DisplayBlock],
        renderer: Callable[[Changed], Render],
        check_rule: CheckRule,
        last_typed_at_s: float | None = None,
    ) -> None:
        """Ask now.

        Args:
            asked: The question.
            host: The screen.
            display: The diff or the command, in full.
            renderer: Makes what draws it, and is told how to have it drawn anew.
            check_rule: Judges a rule that was edited.
            last_typed_at_s: When a key was last pressed, by the host's clock; ``None`` = never.
        """
        super().__init__(f"Allow {asked.name}?", host, _options(asked.suggestion))
        self._asked_for = asked
        self._display = display
        self._render = renderer(self.redraw)
        self._check_rule = check_rule
        self._rule = asked.suggestion
        self.grace = Grace(host, self.answered, last_typed_at_s=last_typed_at_s)
        self.escape = "interrupt"
        self.read = self._read
        self.menu.picked = self._pick

    @property
    def widest(self) -> int:
        """Return room for code."""
        return 120

    def _read(self, width: int, look: Look) -> list[Row]:
        asked, glyphs, text = self._asked_for, look.glyphs, look.style(Role.TEXT)
        rows: list[Row] = []
        for effect in asked.effects:
            first, *more = wrap([(clean(effect), text)], width - 2)
            rows.append(Row.of((f"{glyphs.bullet} ", look.style(Role.WARNING))).beside(first))
            rows += [Row.of(("  ", text)).beside(row) for row in more]
        rows += wrap([("asked because: ", look.style(Role.MUTED)), (clean(asked.rule), text)], width)
        if self._rule:
            rows += wrap([("rule that 2, 3 and 4 keep: ", look.style(Role.MUTED)), (clean(self._rule), text)], width)
        for block in self._display:
            rows += [EMPTY, *(row.cut(0, width) for row in self._render(block, width, look))]
        return rows

    def _pick(self, option: Option) -> None:
        if option.name == _EDIT:
            self.write("The rule to keep:", self._rule, self._edited, keeps_lines=True)
        elif option.name == _WHY:
            asked = "What should it know? It is told that you said no."
            self.write(asked, "", self._refused, keeps_lines=True)
        else:
            consent = Consent(option.name)
            is_kept = consent not in {Consent.ONCE, Consent.NO}
            is_edited = is_kept and self._rule != self._asked_for.suggestion
            call_id = self._asked_for.call_id
            self.answer(AnswerPermission(call_id=call_id, consent=consent, rule=self._rule if is_edited else ""))

    def _edited(self, rule: str) -> str | None:
        """Keep this rule for the answers 2 to 4, which are shown again: how far it reaches is still to be said."""
        rule = rule.strip()
        wrong = self._check_rule(rule) if rule else "a rule is needed, such as shell(make test)"
        if wrong is not None:
            return wrong
        self._rule = rule
        self.forget_drawing()
        self.close_field()
        self.menu.options = _options(rule)
        self.menu.at = None
        return None

    def _refused(self, reason: str) -> None:
        answer = AnswerPermission(call_id=self._asked_for.call_id, consent=Consent.NO, reason=reason.strip())
        self.answer(answer)


def _options(rule: str) -> tuple[Option, ...]:
    """Return the answers; those that keep a rule only if there is one."""
    keeping = (
        Option(Consent.SESSION, "Yes, for this session", "session", "s"),
        Option(Consent.PROJECT, "Yes, for this project", "project", "p"),
        Option(Consent.ALWAYS, f"Yes, always: {clean(rule)}", "always", "a"),
        Option(_EDIT, "Edit the rule first", "edit rule", "e"),
    )
    return (
        Option(Consent.ONCE, "Yes, once", "yes, once", "y"),
        *(keeping if rule else ()),
        Option(Consent.NO, "No", "no", "n"),
        Option(_WHY, "No, and tell it why", "no, and why", "t"),
    )
