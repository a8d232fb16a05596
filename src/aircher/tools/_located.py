"""A call together with the place it speaks of.

Invariant: the place is looked up once, when the call is parsed. What is judged is what is opened, whatever links are
moved between: `aircher.tools.ports.Files` opens nothing that has a link on the way.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from aircher.domain.messages import JsonObject
from aircher.domain.tools import ToolFailure
from aircher.tools.arguments import parse_arguments
from aircher.tools.ports import Files

ArgsT = TypeVar("ArgsT", bound=msgspec.Struct)


class Located(Generic[ArgsT]):
    """Arguments, and the absolute path without links that their ``path`` means."""

    __slots__ = ("args", "path")

    def __init__(self, args: ArgsT, path: Path) -> None:
        self.args = args
        self.path = path

    @property
    def is_folder(self) -> bool:
        """Whether there is a folder."""
        return os.path.isdir(self.path)  # noqa: PTH112 - a `Path` raises where a name is too long

    @property
    def is_file(self) -> bool:
        """Whether there is a file."""
        return os.path.isfile(self.path)  # noqa: PTH113 - as above


def locate(arguments: JsonObject, kind: type[ArgsT], files: Files) -> Located[ArgsT] | ToolFailure:
    """Return the typed arguments, which have a ``path`` (empty = the root), with the place; or what is wrong."""
    args = parse_arguments(arguments, kind)
    if isinstance(args, ToolFailure):
        return args
    path: str = getattr(args, "path")  # noqa: B009 - a struct of this kind has one
    return Located(args, files.resolve(path or "."))
