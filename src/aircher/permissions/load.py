"""From configuration, flags and the administrator's file to the policy of a session.

Invariant: every rule that any source gives is in it, unless it expired or its source may not give it; no source takes
away what another refuses.
"""

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.config.loaded import ETC, Config
from aircher.config.reading import LayerName, Setting
from aircher.domain.effects import Action
from aircher.domain.levels import Mode
from aircher.permissions.decision import Verdict
from aircher.permissions.places import Places
from aircher.permissions.policy import Policy
from aircher.support.paths import user_paths

if TYPE_CHECKING:  # most sessions have no rules, and every start of the program pays for what is imported
    from aircher.permissions.administrator import Administration
    from aircher.permissions.rules import Rule, Scope

FILE_NAME = "policy.toml"
"""The administrator's file."""
_KEYS = frozenset({"allow", "ask", "deny", "require_confirmation"})
_VERDICTS = {"deny": Verdict.DENY, "ask": Verdict.ASK, "allow": Verdict.ALLOW}
_CONFIRMED = {
    "file_write": "write",
    "file_delete": "delete",
    "git_push": "shell(git push*)",
    "process_execute": "unknown",
}
"""What actions of `security.require_confirmation` are as rules."""


def load_policy(
    config: Config,
    *,
    places: Places,
    mode: Mode | None = None,
    allow: Sequence[str] = (),
    deny: Sequence[str] = (),
    etc: Path = ETC,
    today: dt.date | None = None,
    note: Callable[[str], None] | None = None,
) -> Policy:
    """Return the policy that a session starts with.

    Args:
        config: With the rules of user and project.
        places: The folders that matter.
        mode: Of ``--mode``; ``None`` = as configured.
        allow: Rules of ``--allow``.
        deny: Rules of ``--deny``.
        etc: The administrator's folder.
        today: Whether rules have expired is judged by this day; default: today.
        note: Is told what people should know of rules that do not do what they seem to.

    Raises:
        ConfigError: A rule cannot be read or its own examples disprove it, or the administrator's file is broken.
    """
    wanted = mode or config.security.mode
    said, administrative = _administration(etc)
    rules = (*administrative, *configured_rules(config), *flag_rules(allow=allow, deny=deny))
    if rules:
        rules = _checked(rules, places, today or _today(), note)
    if said is None:
        return Policy(places=places, mode=wanted, rules=rules)
    return Policy(places=places, mode=wanted, rules=rules, max_mode=said.max_mode, needs_sandbox=said.require_sandbox)


def session_places(
    config: Config, environ: Mapping[str, str], *, add_dirs: Sequence[Path] = (), readable: Sequence[Path] = ()
) -> Places:
    """Return the folders that matter in a project: links are followed, since tools judge what paths lead to."""
    own = user_paths(environ)
    return Places(
        roots=(config.root, *(folder.resolve() for folder in add_dirs)),
        home=Path(environ.get("HOME") or Path.home()).resolve(),
        readable=tuple(readable),
        own=tuple(folder.resolve() for folder in (own.config, own.data, own.cache, own.state)),
    )


def all_rules(
    config: Config, *, allow: Sequence[str] = (), deny: Sequence[str] = (), etc: Path = ETC
) -> "tuple[Rule, ...]":
    """Return every rule of every source, also those without effect.

    Raises:
        ConfigError: A rule cannot be read, or the administrator's file is broken.
    """
    _, administrative = _administration(etc)
    return (*administrative, *configured_rules(config), *flag_rules(allow=allow, deny=deny))


def configured_rules(config: Config) -> "tuple[Rule, ...]":
    """Return the rules of all layers of the configuration that count, weakest first.

    Raises:
        ConfigError: One is not written like a rule.
    """
    ignored = {id(setting) for setting, _ in config.skipped}
    return tuple(
        rule
        for setting in config.settings
        if setting.path[:1] == ("security",) and setting.path[-1] in _KEYS and id(setting) not in ignored
        for rule in _rules_of(setting)
    )


def flag_rules(*, allow: Sequence[str], deny: Sequence[str]) -> "tuple[Rule, ...]":
    """Return the rules that flags give.

    Raises:
        ConfigError: One is not written like a rule.
    """
    if not allow and not deny:
        return ()
    from aircher.permissions.rules import Scope, read_rule

    return (
        *(read_rule(rule, Verdict.DENY, scope=Scope.SESSION, origin="--deny") for rule in deny),
        *(read_rule(rule, Verdict.ALLOW, scope=Scope.SESSION, origin="--allow") for rule in allow),
    )


def _administration(etc: Path) -> "tuple[Administration | None, tuple[Rule, ...]]":
    """Return what the administrator says; ``None`` = there is no file."""
    if not os.path.lexists(etc / FILE_NAME):
        return None, ()
    from aircher.permissions.administrator import read_administration

    return read_administration(etc / FILE_NAME)


def _today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011 - a last day is one of the user's own calendar


def _rules_of(setting: Setting) -> "tuple[Rule, ...]":
    from aircher.config.rules import RuleTable
    from aircher.permissions.rules import read_rule

    key, items = setting.path[-1], setting.value
    if not isinstance(items, list):
        return ()
    scope = _scope(setting.source.layer)
    if key == "require_confirmation":
        origin = f"{setting.place}, require_confirmation"
        confirmed = [_CONFIRMED[word] for word in items if word in _CONFIRMED]
        return tuple(read_rule(rule, Verdict.ASK, scope=scope, origin=origin) for rule in confirmed)
    rules = [rule for rule in items if isinstance(rule, str | RuleTable)]
    return tuple(read_rule(rule, _VERDICTS[key], scope=scope, origin=setting.place) for rule in rules)


def _scope(layer: LayerName) -> "Scope":
    from aircher.permissions.rules import Scope

    match layer:
        case "system":
            return Scope.ADMINISTRATOR
        case "user":
            return Scope.USER
        case "project" | "local":
            return Scope.PROJECT
        case _:
            return Scope.SESSION


def _checked(
    rules: "Sequence[Rule]", places: Places, today: dt.date, note: Callable[[str], None] | None
) -> "tuple[Rule, ...]":
    """Return the rules that have effect, having tested all examples and told of those without effect."""
    from aircher.permissions.examples import check_examples
    from aircher.permissions.lint import without_effect
    from aircher.permissions.rules import in_force

    for rule in rules:
        if rule.table.allows or rule.table.refuses:
            check_examples(rule, places, command_analysis(places))
    if note is not None:
        for remark in without_effect(rules, places=places, today=today):
            note(str(remark))
    return in_force(rules, today)


def command_analysis(places: Places) -> Callable[[str], Sequence[Action]]:
    """Return what takes a command line apart that runs in the workspace's first folder."""
    from aircher.permissions.commands import Setting as CommandSetting
    from aircher.permissions.commands import analyse

    root = places.roots[0] if places.roots else places.home
    setting = CommandSetting(roots=places.roots, home=places.home)
    return lambda command: analyse(command, cwd=root, setting=setting)
