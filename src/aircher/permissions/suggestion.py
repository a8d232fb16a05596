"""The rule that "always" would write: the narrowest that lets pass what was asked about.

Invariant: pure; in doubt there is none, and the question comes each time. A rule that is given was tried.
"""

from collections.abc import Sequence
from pathlib import Path

from aircher.domain.effects import Action, Connects, Deletes, Effect, Reads, SetsVariable, Writes
from aircher.domain.errors import ConfigError
from aircher.permissions.decision import Verdict
from aircher.permissions.matching import Matching
from aircher.permissions.patterns import escaped_path, escaped_text
from aircher.permissions.places import Places
from aircher.permissions.rules import EFFECT_TOOLS, Scope, program, read_rule

_LONGEST = 200  # characters: what nobody reads to its end, nobody should allow for good
_TAKES_CODE = frozenset(
    {
        "ash",
        "bash",
        "bun",
        "dash",
        "deno",
        "fish",
        "ksh",
        "lua",
        "node",
        "perl",
        "php",
        "pwsh",
        "python",
        "ruby",
        "R",
        "Rscript",
        "sh",
        "zsh",
    }
)
_TAKES_COMMAND = frozenset(
    {
        "eval",
        "source",
        ".",
        "exec",
        "doas",
        "su",
        "sudo",
        "ssh",
        "xargs",
        "parallel",
    }
)
_CODE_OPTIONS = frozenset(
    {
        "-c",
        "-e",
        "-E",
        "-p",
        "-r",
        "--eval",
        "--command",
        "--print",
        "--exec",
        "-",
    }
)

_NOT_PLAIN = frozenset(";|&<>$`")
"""Signs of more than one command, or of a text that means something else each time."""


def suggest(asked: Sequence[tuple[Action, Effect]], *, places: Places) -> str:
    """Return the rule, having tried it, or an empty text.

    Args:
        asked: The effects that do not pass, each with its action; rules may let each of them pass.
        places: The folders that matter: paths in the workspace are written from its first one.
    """
    text = _one_rule(asked, places.roots[0] if places.roots else None)
    if not text.isprintable() or not 0 < len(text) <= _LONGEST:
        return ""
    try:
        rule = read_rule(text, Verdict.ALLOW, scope=Scope.SESSION, origin="suggestion")
    except ConfigError:
        return ""
    alone = Matching(rules=(rule,), places=places)
    is_enough = all(alone.in_favour(effect, action, must_name=False) is not None for action, effect in asked)
    return text if is_enough and not rule.is_too_broad else ""


def _one_rule(asked: Sequence[tuple[Action, Effect]], root: Path | None) -> str:
    rules = {_of_path(effect, root) for _, effect in asked if isinstance(effect, Reads | Writes | Deletes)}
    rules |= {f"env({effect.name})" for _, effect in asked if isinstance(effect, SetsVariable)}
    hosts = {effect.host for _, effect in asked if isinstance(effect, Connects)}
    others = [action for action, effect in asked if _is_action_s(effect) and not isinstance(effect, Connects)]
    if others or len(hosts) > 1 or "*" in hosts:
        rules |= {_of_action(action) for action, effect in asked if _is_action_s(effect)}
    else:
        rules |= {f"net({host})" for host in hosts}
    return rules.pop() if len(rules) == 1 else ""


def _is_action_s(effect: Effect) -> bool:
    """Say whether a rule for the action covers it; a path or a variable is covered by a rule of its own."""
    return not isinstance(effect, Reads | Writes | Deletes | SetsVariable)


def _of_path(effect: Reads | Writes | Deletes, root: Path | None) -> str:
    word = {Reads: "read", Writes: "write", Deletes: "delete"}[type(effect)]
    path = effect.path
    text = path.as_posix()
    if root is not None and path != root and path.is_relative_to(root):
        text = path.relative_to(root).as_posix()
        text = text if "/" in text else f"./{text}"  # without a slash it would mean that name everywhere
    return f"{word}({text if effect.is_pattern else escaped_path(text)})"


def _of_action(action: Action) -> str:
    if action.tool in EFFECT_TOOLS or not action.text:
        return ""
    if action.tool == "shell" and (has_inline_code(action.text) or not _NOT_PLAIN.isdisjoint(action.text)):
        return ""
    return f"{action.tool}({escaped_text(action.text)})"


def has_inline_code(command: str) -> bool:
    """Say whether a command hands code to an interpreter, by an option or on its standard input."""
    words = command.split()
    return any(_is_code_s(words[at:]) for at in range(len(words)))


def _is_code_s(words: Sequence[str]) -> bool:
    name = program(words[0])
    if name in _TAKES_COMMAND:
        return True
    if name not in _TAKES_CODE and name.rstrip("0123456789.") not in _TAKES_CODE:
        return False
    for word in words[1:]:
        if word in _CODE_OPTIONS or (word[:1] == "-" and word[1:2] != "-" and word[-1] in "ce"):
            return True
        if word[:1] != "-" or word == "-m":
            return False
    return not any(word in {"--version", "-V", "--help", "-h"} for word in words[1:])
