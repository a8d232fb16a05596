"""Remedies as somebody says them who sits in the interface: slash commands in place of command lines and options.

Invariant: what has no slash command stays as it is, for a shell.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "config set": "config",
        "config explain": "config",
        "config show": "config",
        "models list": "model",
        "policy list": "permissions",
        "providers list": "provider",
        "sessions list": "session",
        "doctor": "doctor",
        "init": "init",
        "redo": "redo",
        "search": "search",
        "undo": "undo",
        "usage": "cost",
    }
)
"""What of the program is which slash command."""
_ELSEWHERE = re.compile(
    rf"aircher (?P<subcommand>{'|'.join(map(re.escape, _NAMES))})(?![\w-])(?P<help> --help)?"
    r"|aircher [^,;`]*"  # has no slash command: its options are its own
    r"|--(?P<option>mode|model|provider|thinking)(?![\w-])"
)


def in_interface(hint: str) -> str:
    """Return a remedy for whoever sits in the interface.

    >>> in_interface("--provider openai"), in_interface("`aircher doctor` looks; aircher providers login openai")
    ('/provider openai', '`/doctor` looks; aircher providers login openai')
    """
    return _ELSEWHERE.sub(_said, hint)


def _said(found: re.Match[str]) -> str:
    if option := found["option"]:
        return f"/{option}"
    if found["subcommand"] is None:
        return found[0]
    name = _NAMES[found["subcommand"]]
    if found["help"] is None:
        return f"/{name}"
    from aircher.commands.registry import built_in_commands  # some thirty modules, for a mistake in one of them

    command = built_in_commands().get(name)
    return f"/{name}" if command is None else f"/{name} {command.arguments}".rstrip()
