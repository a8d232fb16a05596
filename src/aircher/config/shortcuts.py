"""Which keys an action of the interface has once all are configured, and what is odd about them.

Invariant: keys given to one action are taken from those that were not changed.
"""

from collections.abc import Iterator, Mapping

from aircher.config.sections_interface import Shortcuts

_NEEDED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sends a prompt", ("send",)),
    ("leaves the program", ("quit", "clear_input")),
)
"""What nobody can do without, and the shortcuts that do it."""


def keys_in_force(shortcuts: Shortcuts) -> Mapping[str, tuple[str, ...]]:
    """Return the keys of every shortcut by its name; one that two of the changed ones name is with both."""
    defaults = Shortcuts()
    keys = {name: tuple(getattr(shortcuts, name).split()) for name in Shortcuts.__struct_fields__}
    changed = {name for name in keys if getattr(shortcuts, name) != getattr(defaults, name)}
    taken = {key for name in changed for key in keys[name]}
    return {
        name: tuple(key for key in keys[name] if name in changed or key not in taken)
        for name in Shortcuts.__struct_fields__
    }


def oddities(shortcuts: Shortcuts) -> Iterator[tuple[str, str]]:
    """Yield what somebody who configured these keys hardly meant, each with its remedy."""
    keys = keys_in_force(shortcuts)
    first: dict[str, str] = {}
    for name, own in keys.items():
        for key in dict.fromkeys(own):
            if key in first:
                both = f"interface.shortcuts.{first[key]} and of interface.shortcuts.{name}"
                yield (
                    f"{key} is a key of {both}: it does only one.",
                    f"aircher config unset interface.shortcuts.{name}",
                )
            first.setdefault(key, name)
    for what, names in _NEEDED:
        if not any(keys[name] for name in names):
            yield f"No key {what}.", f"aircher config set interface.shortcuts.{names[0]} KEYS"
