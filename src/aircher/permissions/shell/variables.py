"""Which variables change what programs do, and which are known to be harmless.

Invariant: an exported variable that is not known to be harmless counts. Not its job: values.
"""

from functools import cache
from importlib.resources import files

from aircher.domain.effects import Effect, SetsVariable
from aircher.permissions.shell.values import Field


class Environment:
    """The table of ``environment.toml``, compiled."""

    __slots__ = ("_forms", "_harmless", "_risky", "_values")

    def __init__(self) -> None:
        import re
        import tomllib
        from fnmatch import translate

        table = tomllib.loads(files("aircher.permissions").joinpath("environment.toml").read_text("utf-8"))
        self._harmless = re.compile("|".join(map(translate, table["harmless"].split())))
        self._risky = re.compile("|".join(map(translate, table["risky"].split())))
        self._forms = [
            (re.compile("|".join(map(translate, names.split()))), re.compile(form))
            for names, form in table["forms"].items()
        ]
        self._values = {name: frozenset(values) for name, values in table["values"].items()}

    def is_harmless(self, name: str, value: Field | None, *, is_exported: bool) -> bool:
        """Tell whether programs do the same whatever this variable holds, or with this value."""
        if name in self._values:
            return value is not None and value.is_exact and value.text in self._values[name]
        for names, form in self._forms:
            if names.match(name) and (value is None or (value.is_exact and form.fullmatch(value.text))):
                return True
        if self._harmless.match(name):
            return True
        return not is_exported and not self._risky.match(name)


@cache
def environment() -> Environment:
    """Return the table; read once."""
    return Environment()


def variable_effects(name: str, value: Field | None, *, is_exported: bool) -> tuple[Effect, ...]:
    """Return what setting a variable means to the programs that run afterwards."""
    if environment().is_harmless(name, value, is_exported=is_exported):
        return ()
    return (SetsVariable(name=name),)
