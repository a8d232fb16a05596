"""Puts the layers on top of each other, leaves out what a folder may not set, and checks keys against each other.

Invariant: a value in the result is that of the strongest layer that may set it.
"""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct, field, structs

from aircher.config.hiding import looks_like_key, shown
from aircher.config.notices import Mistake, Notice
from aircher.config.reading import Reading, Setting
from aircher.config.rules import rule_text, split_rule
from aircher.config.sections import Settings
from aircher.config.sections_providers import BUILTIN, ProviderSettings
from aircher.config.shapes import KeyPath, is_planned, overlay, value_at, write_key
from aircher.config.trust import is_for_user_alone, objection

AUTO = "auto"
_OF_PROJECT = ("project", "local")
_OF_USER = ("system", "user", "program")
_RELIED_ON = ("security",)
RULES = (("security", "allow"), ("security", "ask"), ("security", "deny"))
ADDED_UP = (*RULES, ("security", "require_confirmation"))
"""Lists to which every layer adds: a stronger one takes nothing away from a weaker."""


class Merged(Struct):
    """The outcome: settings in effect by key, and what was left out and why."""

    effective: dict[KeyPath, Setting] = field(default_factory=dict)
    skipped: list[tuple[Setting, str]] = field(default_factory=list)


def merge(reading: Reading, root: Path, *, is_trusted: Callable[[], bool]) -> Merged:
    """Return the settings in effect; ``is_trusted`` is asked once, and only if it matters."""
    merged = Merged()
    may_command: bool | None = None
    for setting in reading.settings:
        reason = None
        if is_for_user_alone(setting.path) and setting.source.layer not in _OF_USER:
            reason = "only the user's own configuration may name a program that prints keys"
        elif setting.source.layer in _OF_PROJECT and (why := objection(setting, root)) is not None:
            may_command = is_trusted() if may_command is None else may_command
            reason = None if may_command else f"{why} and the folder is not trusted"
        if reason is None:
            merged.effective[setting.path] = _added(setting, merged.effective.get(setting.path))
        else:
            merged.skipped.append((setting, reason))
            if not _changes_nothing(setting, merged):
                _tell(reading, setting, reason)
    _refuse_keys(reading)
    _refuse_rules(reading)
    _tell_planned(reading, merged)
    return merged


def _added(setting: Setting, before: Setting | None) -> Setting:
    """Return the setting, with what weaker layers list before its own where every layer adds to the list."""
    if before is None or setting.path not in ADDED_UP:
        return setting
    if not (isinstance(before.value, list) and isinstance(setting.value, list)):
        return setting
    return structs.replace(setting, value=[*before.value, *setting.value])


def _refuse_rules(reading: Reading) -> None:
    """Add a mistake for each rule that is not written like one: a mistyped refusal would refuse nothing."""
    for setting in reading.settings:
        if setting.path in RULES and isinstance(setting.value, list):
            for rule in setting.value:
                try:
                    split_rule(rule_text(rule))
                except ValueError as error:
                    text = f"{write_key(setting.written)}: the rule {shown(setting.path, rule)} {error}"
                    reading.mistakes.append(Mistake(place=setting.place, text=text))


def _changes_nothing(setting: Setting, merged: Merged) -> bool:
    """Say whether the value holds already: files of the earlier program spell out many defaults."""
    before = merged.effective.get(setting.path)
    if before is not None:
        return setting.value == before.value
    return setting.value in ("", value_at(Settings(), setting.path))


def _tell(reading: Reading, setting: Setting, reason: str) -> None:
    """Add a notice; one is enough for all keys of a tool server, or of a provider's routing."""
    is_one = setting.path[:2] == ("mcp", "servers") or setting.path[0::2][:2] == ("providers", "routing")
    whole = setting.path[:3] if is_one else setting.path
    place = setting.source.at(setting.written[: len(whole)]) if whole != setting.path else setting.place
    text = f"{place}: {write_key(whole)} is skipped, because {reason}."
    if all(notice.text != text for notice in reading.notices):
        hint = None if is_for_user_alone(setting.path) else "aircher config trust"
        reading.notices.append(Notice(text=text, hint=hint))


def _tell_planned(reading: Reading, merged: Merged) -> None:
    """Add one notice of all settings that somebody may rely on although nothing in this version reads them."""
    idle = [
        write_key(path)
        for path, setting in merged.effective.items()
        if path[0] in _RELIED_ON and setting.value != {} and is_planned(path)
    ]
    if idle:
        text = f"{', '.join(idle)} {'have' if len(idle) > 1 else 'has'} no effect in this version."
        reading.notices.append(Notice(text=text, hint="aircher config schema"))


def _refuse_keys(reading: Reading) -> None:
    for setting in reading.settings:
        if setting.path[0] == "providers" and isinstance(setting.value, str) and looks_like_key(setting.value):
            text = f"{write_key(setting.written)} holds what looks like an API key; keep it in a variable"
            reading.mistakes.append(Mistake(place=setting.place, text=text))


def build_settings(merged: Merged) -> Settings:
    """Return the sections with the settings in effect."""
    tree: dict[str, object] = {}
    for path, setting in merged.effective.items():
        level = tree
        for name in path[:-1]:
            below = level.setdefault(name, {})
            level = below if isinstance(below, dict) else {}
        if setting.value != {}:
            level[path[-1]] = setting.value
        else:
            level.setdefault(path[-1], {})
    return overlay(Settings(), tree, Settings) if tree else Settings()


def finish_providers(settings: Settings, merged: Merged, reading: Reading) -> Settings:
    """Return the settings with every provider complete; adds a mistake for each that cannot be."""
    providers = settings.providers
    if not any(path[0] == "providers" for path in merged.effective):
        return settings
    named: dict[str, ProviderSettings] = {}
    for name, section in providers.named.items():
        complete = _complete(section, BUILTIN.get(name) or BUILTIN.get(section.kind))
        problem = _problem_of(name, complete)
        place = next((found for path, found in merged.effective.items() if path[:2] == ("providers", name)), None)
        if problem is None:
            named[name] = complete
        elif place is not None and all(setting.path[:2] != ("providers", name) for setting, _ in merged.skipped):
            reading.mistakes.append(
                Mistake(place=place.source.at(place.written[:2]), text=f"[providers.{name}] {problem}")
            )
            named[name] = complete
    default = providers.default
    if default not in (AUTO, *named):
        default = _unknown_name(("providers", "default"), default, named, merged, reading)
    for name in providers.fallback_order:
        if name not in named:
            _unknown_name(("providers", "fallback_order"), name, named, merged, reading)
    order = [name for name in providers.fallback_order if name in named]
    updated = structs.replace(providers, named=named, default=default, fallback_order=order)
    return structs.replace(settings, providers=updated)


def _complete(section: ProviderSettings, model: ProviderSettings | None) -> ProviderSettings:
    """Fill what an empty text stands for: the vendor's own, or the wire that every server of one's own speaks."""
    if model is None:
        is_own = not section.kind and section.base_url
        return structs.replace(section, kind="openai-compatible") if is_own else section
    return structs.replace(
        section,
        kind=section.kind or model.kind,
        base_url=section.base_url or model.base_url,
        model=section.model or model.model,
    )


def _problem_of(name: str, section: ProviderSettings) -> str | None:
    if not section.kind:
        from aircher.support.suggest import nearest

        guess = nearest(name, BUILTIN)
        meant = f"; did you mean [providers.{guess}]?" if guess else ""
        return f"is no built-in provider; one of your own needs base_url, the address of its server{meant}"
    if section.kind == "openai-compatible" and not section.base_url:
        return "has no base_url; an openai-compatible provider needs the address of its server"
    return None


def _unknown_name(
    path: KeyPath, name: str, named: dict[str, ProviderSettings], merged: Merged, reading: Reading
) -> str:
    """Report a provider that does not exist; return what is used instead."""
    setting = merged.effective[path]
    known = ", ".join((AUTO, *named) if path[-1] == "default" else named)
    if any(skipped.path[:2] == ("providers", name) for skipped, _ in merged.skipped):
        text = f"{setting.place}: {write_key(path)} names {name}, which is not in use until the folder is trusted."
        reading.notices.append(Notice(text=text, hint="aircher config trust"))
        return AUTO
    from aircher.support.suggest import nearest

    guess = nearest(name, (AUTO, *named))
    meant = f"; did you mean {guess}?" if guess else ""
    text = f"{write_key(setting.written)} = {shown(path, name)} is not allowed; allowed: {known}{meant}"
    reading.mistakes.append(Mistake(place=setting.place, text=text))
    return AUTO
