"""What holds without any rule: each effect against the mode.

Invariant: pure; what passes in ``plan`` passes in ``ask``, and that in ``edit``. What is secret or protected passes in
none.
"""

from pathlib import Path
from typing import Literal, TypeAlias

from aircher.domain.effects import Connects, Deletes, Effect, Reads, Runs, SetsVariable, Unknown, Writes
from aircher.domain.levels import Mode
from aircher.permissions.decision import Verdict
from aircher.permissions.places import Places, Standing

CONTAINED = frozenset({"shell", "mcp"})
"""Tools that run in the sandbox, which holds what they do unforeseen."""


YieldsTo: TypeAlias = Literal["rule", "naming rule", "nothing"]


class Finding:
    """What is said of one effect, and why. No dataclass: every start of the program pays for one.

    Attributes:
        verdict: As of a decision.
        why: What decided, in words.
        yields_to: Which allow rule may change it: any that fits, one that names this very kind of path, or none.
    """

    __slots__ = ("verdict", "why", "yields_to")

    def __init__(self, verdict: Verdict, why: str, yields_to: YieldsTo = "rule") -> None:
        self.verdict = verdict
        self.why = why
        self.yields_to = yields_to


def judge(effect: Effect, *, tool: str, mode: Mode, places: Places) -> Finding:
    """Return what holds for an effect of this tool if no rule speaks of it."""
    match effect:
        case Runs():
            return Finding(Verdict.ALLOW, "what it does is known")
        case Reads() | Writes() | Deletes():
            standing = places.standing(effect, is_filtered=tool == "read")
            return _of_path(effect, standing, mode=mode, places=places)
        case Connects(host=host):
            what = "an unknown host" if host == "*" else host
            is_contained = tool == "shell"  # its network is that of the sandbox, which knows the allowed hosts
            return _of_others(f"net({host}): {what} is in no rule", mode=mode, is_contained=is_contained)
        case SetsVariable(name=name):
            return _of_others(f"{name} may change what programs do", mode=mode, is_contained=tool in CONTAINED)
        case Unknown(reason=reason):
            return _of_others(f"it {reason}", mode=mode, is_contained=tool in CONTAINED)


def _of_path(effect: Reads | Writes | Deletes, standing: Standing, *, mode: Mode, places: Places) -> Finding:
    verb = {Reads: "read", Writes: "write", Deletes: "delete"}[type(effect)]
    place = f"{verb}({effect.path.name if standing is Standing.SECRET else effect.path})"
    is_write = not isinstance(effect, Reads)
    if mode == "plan" and is_write:
        return Finding(Verdict.DENY, f"{place}: plan mode only reads", yields_to="nothing")
    unasked = Verdict.DENY if mode in {"plan", "auto"} else Verdict.ASK
    match standing:
        case Standing.PROTECTED:
            return Finding(unasked, f"{place} is {places.why_protected(effect.path)}", yields_to="nothing")
        case Standing.SECRET:
            return Finding(unasked, f"{place} may hold keys", "nothing" if is_write else "naming rule")
        case Standing.OUTSIDE:
            return Finding(Verdict.DENY if mode == "auto" else Verdict.ASK, f"{place} is outside the workspace")
        case Standing.WORKSPACE if is_write and mode == "ask":
            return Finding(Verdict.ASK, f"{verb}(workspace) asks in this mode")
        case Standing.WORKSPACE:
            return Finding(Verdict.ALLOW, f"{verb}(workspace)")


def _of_others(why: str, *, mode: Mode, is_contained: bool) -> Finding:
    match mode:
        case "plan":
            return Finding(Verdict.DENY, f"{why}, and plan mode only reads", yields_to="nothing")
        case "auto" if is_contained:
            return Finding(Verdict.ALLOW, "the sandbox contains it")
        case "auto":
            return Finding(Verdict.DENY, f"{why}, and auto mode asks nothing")
        case "ask" | "edit":
            return Finding(Verdict.ASK, why)


def table(mode: Mode) -> tuple[tuple[str, Verdict], ...]:
    """Return what this mode does with each kind of effect: the kind in words, and what `judge` says of a sample."""
    places = Places(roots=(Path("/project"),), home=Path("/home/user"))
    inside, outside, secret, git = (
        Path(path) for path in ("/project/a", "/else/a", "/project/.env", "/project/.git/config")
    )
    samples: tuple[tuple[str, str, Effect], ...] = (
        ("read in the workspace", "read", Reads(path=inside)),
        ("read outside the workspace", "read", Reads(path=outside)),
        ("read what may hold keys", "read", Reads(path=secret)),
        ("write or delete in the workspace", "write", Writes(path=inside)),
        ("write or delete outside the workspace", "write", Deletes(path=outside)),
        ("write what is protected or may hold keys", "write", Writes(path=git)),
        ("run a program whose effects are known", "shell", Runs(program="ls")),
        ("run what may do anything", "shell", Unknown(reason="may do anything")),
        ("change a variable that programs behave by", "shell", SetsVariable(name="PATH")),
        ("connect from a command", "shell", Connects(host="example.org")),
        ("connect from Aircher itself", "net", Connects(host="example.org")),
    )
    return tuple((words, judge(effect, tool=tool, mode=mode, places=places).verdict) for words, tool, effect in samples)
