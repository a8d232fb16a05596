"""The administrator's policy, ``/etc/aircher/policy.toml``, which nothing else weakens.

Invariant: a file that is there and cannot be understood is an error, never an empty policy.
"""

from pathlib import Path

import msgspec
from msgspec import Struct, field

from aircher.config.layers import decode, parse, read_bytes
from aircher.config.rules import RuleTable
from aircher.domain.errors import ConfigError
from aircher.domain.levels import Mode
from aircher.permissions.decision import Verdict
from aircher.permissions.rules import Rule, Scope, read_rule


class Administration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file may say.

    Attributes:
        max_mode: The farthest permission mode that a session may have.
        require_sandbox: Whether no command runs without a sandbox.
        allow: Rules of what passes unasked.
        ask: Rules of what is asked about.
        deny: Rules of what is refused.
    """

    max_mode: Mode = "auto"
    require_sandbox: bool = False
    allow: list[str | RuleTable] = field(default_factory=list)
    ask: list[str | RuleTable] = field(default_factory=list)
    deny: list[str | RuleTable] = field(default_factory=list)


def read_administration(path: Path) -> tuple[Administration, tuple[Rule, ...]]:
    """Return what the file says, and its rules; where none is, nothing is said.

    Raises:
        ConfigError: It cannot be read or understood.
    """
    try:
        content = read_bytes(path)
        if content is None:
            return Administration(), ()
        text = decode(content)
        said = msgspec.convert(parse(text), Administration)
    except ValueError as error:  # msgspec's own error is one too
        raise ConfigError(f"{path}: {error}", hint="ask the administrator of this machine") from error
    from aircher.config.locate import line_of  # most machines have no such file

    lists = ((Verdict.DENY, said.deny), (Verdict.ASK, said.ask), (Verdict.ALLOW, said.allow))
    return said, tuple(
        read_rule(rule, verdict, scope=Scope.ADMINISTRATOR, origin=f"{path}:{line_of(text, (verdict.value,))}")
        for verdict, rules in lists
        for rule in rules
    )
