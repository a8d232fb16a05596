"""Finding the parts of a package by the name of a module-level value.

One door for built-ins and plugins: a module of the package, or an entry point, that holds the value.
Not its job: what the values mean, or what happens when two have the same name.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path


def module_names(package: str) -> tuple[str, ...]:
    """Return the public modules of an importable package, sorted, without importing them."""
    folders = import_module(package).__path__
    files = (file for folder in folders for file in Path(folder).glob("*.py"))
    return tuple(sorted(file.stem for file in files if not file.stem.startswith("_")))


def value_of(package: str, module: str, attribute: str) -> object | None:
    """Return the attribute of one module of the package, or ``None`` if the module has no such attribute."""
    return getattr(import_module(f"{package}.{module}"), attribute, None)


def entry_points(group: str) -> Iterator[tuple[str, object]]:
    """Yield name and loaded value of what other distributions announce under this group.

    Costs about 40 ms of import: ask only after the built-ins had no answer.
    """
    from importlib.metadata import entry_points as announced

    for point in announced(group=group):
        yield point.name, point.load()
