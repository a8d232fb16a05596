"""The tools of this package: every module that holds ``TOOL``.

``TOOL`` is called with the workbench and returns a tool, or ``None`` where a port that it needs is missing.
"""

from collections.abc import Callable
from typing import Any, cast

from aircher.domain.tools import Tool
from aircher.support.discovery import module_names, value_of
from aircher.tools.workbench import Workbench

PACKAGE = "aircher.tools"


def built_in_tools(bench: Workbench) -> tuple[Tool[Any], ...]:
    """Return every tool that can be had with these ports, by name of its module, so that their order never changes."""
    found = (value_of(PACKAGE, name, "TOOL") for name in module_names(PACKAGE))
    makers = [cast(Callable[[Workbench], Tool[Any] | None], maker) for maker in found if maker is not None]
    made = (make(bench) for make in makers)
    return tuple(tool for tool in made if tool is not None)
