"""What a walk over commands keeps: the actions it found, and the bounds it has to stay in.

Invariant: every effect is recorded with the command being looked at. Not its job: the way through the commands.
"""

from collections.abc import Callable, Iterable
from dataclasses import field

from aircher.domain.effects import Action, Effect, Unknown, Writes
from aircher.domain.records import dataclass
from aircher.permissions.commands import Setting
from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.touching import distinct, touch
from aircher.permissions.shell.values import Field, Kind, State, Stream, check_assigned, join
from aircher.permissions.shell.variables import variable_effects

MAX_STEPS = 1_500
"""Simple commands that one analysis looks at, repetitions included."""
REPOSITORY_FILES = frozenset({"HEAD", "config", "commondir", "gitdir"})
"""Whoever writes these may make a folder a repository, whose settings run programs."""
MAX_CALLS = 8
"""Functions, texts and wrappers inside each other."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command may end: the states after success and after failure, and what it prints."""

    success: State | None
    failure: State | None
    printed: Stream = None

    @property
    def either(self) -> State | None:
        """The state whichever way it ended."""
        return self.success if self.success is self.failure else join(self.success, self.failure)


def both(state: State | None, printed: Stream = None) -> Outcome:
    """Return the outcome that success and failure share."""
    return Outcome(state, state, printed)


@dataclass(slots=True)
class Ledger:
    """The notes of a walk over one text.

    Attributes:
        setting: Where it would run.
        actions: What was found, in order.
        escapes: For each loop and function around: the states in which it was left early.
        hidden: For the function around: the variables that it keeps to itself.
        has_links: Whether a link was made on the way.
        has_lines: Whether the text has several lines: an error that ends one does not end the next.
        unordered: How many loops, pipelines and background commands are around or running.
        is_second: Whether the walk is done once more, with what the first one found at its end.
        is_redirected: Whether the output of the command being looked at goes into a file.
        must_repeat: Whether something changed what earlier commands mean, which may run again or at the same time.
        has_trap: Whether commands wait for a signal or the end.
    """

    setting: Setting
    actions: dict[Action, None] = field(default_factory=dict)
    escapes: list[tuple[str, list[State]]] = field(default_factory=list)
    hidden: list[set[str]] = field(default_factory=list)
    has_links: bool = False
    has_trap: bool = False
    has_lines: bool = False
    unordered: int = 0
    must_repeat: bool = False
    is_second: bool = False
    is_redirected: bool = False
    noted: list[list[Effect]] = field(default_factory=list)
    steps: int = 0
    calls: int = 0

    def note(self, reason: str) -> None:
        """Record that something is unknown, with the command being looked at."""
        self.record(Unknown(reason=reason))

    def record(self, *effects: Effect) -> None:
        """Record effects of the command being looked at."""
        if self.noted:
            self.noted[-1].extend(effects)
        else:
            self.emit("", *effects)

    def emit(self, text: str, *effects: Effect) -> None:
        """Record an action."""
        if self.unordered and any(isinstance(one, Writes) and one.path.name in REPOSITORY_FILES for one in effects):
            self.must_repeat = True
        if text or effects:
            self.actions[Action(tool="shell", text=text, effects=distinct(effects))] = None

    def assign(self, name: str, state: State, value: Field | None) -> None:
        """Set a variable and record what that changes."""
        check_assigned(name, [value], state)
        self.record(*variable_effects(name, value, is_exported=False))
        if name == "IFS":
            state.options |= {"ifs"}
        state.assign(name, value)

    def look(self, fields: Iterable[Field], state: State) -> None:
        """Record what the shell lists for words that are patterns."""
        for word in fields:
            if word.kind is Kind.PATTERN:
                self.record(*touch("lists", word, state, has_links=self.has_links))

    @property
    def is_linked_before(self) -> bool:
        """Whether a link was made before a command that may make links itself."""
        return self.has_links and not self.is_second

    def link(self) -> None:
        """Record that a path may lead elsewhere from now on."""
        self.must_repeat |= self.unordered > 0 and not self.has_links
        self.has_links = True

    def step(self) -> None:
        """Count one simple command."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Unreadable("is too long to be analysed")

    def nested(self, walk: Callable[[], Outcome]) -> Outcome:
        """Run a walk inside this one, unless there are too many already."""
        if self.calls >= MAX_CALLS:
            raise Unreadable("calls itself, or nests too deeply to be analysed")
        self.calls += 1
        try:
            return walk()
        finally:
            self.calls -= 1

    def escape(self, kind: str, state: State) -> bool:
        """Record that loops, or the function around, are left in this state; ``False`` = there are none."""
        levels = [left for name, left in self.escapes if kind in {name, "function"}]
        if kind == "function" and not any(name == "function" for name, _ in self.escapes):
            return False
        for left in levels:
            left.append(state.copy())
        return bool(levels)
