"""The arguments that run a module of this package in an interpreter that does nothing else.

Such a module is imported by its bare name and imports nothing of Aircher, so it starts in the time of the interpreter
alone. Invariant: neither the user's environment nor a folder of packages has a say in what it imports.
"""

import os
import sys
from pathlib import Path

_START = "import sys; sys.path.append(sys.argv[1]); import {} as module; module.main(sys.argv[2:])"
"""Imported and not run as a script, so that the interpreter finds it compiled; appended, so that it shadows nothing."""
_FOLDER = str(Path(__file__).parent)


def launcher(module: str) -> tuple[str, ...]:
    """Return the arguments before the module's own."""
    return (os.path.realpath(sys.executable), "-I", "-S", "-c", _START.format(module), _FOLDER)


def confined() -> tuple[str, ...]:
    """Return the arguments before those of a command that puts itself under limits, rules and filter."""
    return launcher("_landlock_start")
