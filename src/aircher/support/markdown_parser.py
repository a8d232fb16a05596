"""Markdown to events: the one place that knows the parser.

Not its job: how anything looks.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pyromark import Options
    from pyromark.event import Event, Range


class Mark(NamedTuple):
    """Something that begins, ends or stands in a source.

    Attributes:
        name: ``+Paragraph`` begins one, ``-Paragraph`` ends it; the rest has the parser's names: ``Text``, ``Code``.
        text: What it says: the text itself, the address of a link, a heading's level, the first number of a list
            (empty = bullets), the words after a fence, a letter a column of a table (``l``, ``c``, ``r``).
        start: Where it begins, in bytes of UTF-8.
        end: Where it ends.
    """

    name: str
    text: str
    start: int
    end: int


def events(source: str) -> "Iterable[Event]":
    """Yield what the source consists of: CommonMark with tables, strikethrough and task lists."""
    import pyromark  # as below: who shows no Markdown does not pay for it

    return pyromark.events(source, options=_options(has_math=False))


def ranged_events(source: str) -> "Iterable[tuple[Event, Range]]":
    """Yield the same events with their place in the source, in bytes of UTF-8."""
    import pyromark

    return pyromark.events_with_range(source, options=_options(has_math=False))


def marks(source: str) -> list[Mark]:
    """Return what the source consists of; text that is not interrupted is one piece, formulas stay as written."""
    import pyromark

    found = pyromark.events_with_range(source, options=_options(has_math=True), merge_text=True)
    return [_mark(event, place["start"], place["end"]) for event, place in found]


@lru_cache(maxsize=2)
def _options(*, has_math: bool) -> "Options":
    from pyromark import Options

    plain = Options.ENABLE_TABLES | Options.ENABLE_STRIKETHROUGH | Options.ENABLE_TASKLISTS
    return plain | Options.ENABLE_MATH if has_math else plain


def _mark(event: Any, start: int, end: int) -> Mark:  # Any: what the parser yields is a union of forty dicts
    if type(event) is str:
        return Mark(event, "", start, end)
    ((kind, value),) = event.items()
    if kind == "Start":
        return Mark("+" + value, "", start, end) if type(value) is str else _beginning(value, start, end)
    if kind == "End":
        return Mark("-" + (value if type(value) is str else next(iter(value))), "", start, end)
    if kind == "TaskListMarker":
        return Mark(kind, "x" if value else "", start, end)
    return Mark(kind, value, start, end)


def _beginning(value: dict[str, Any], start: int, end: int) -> Mark:
    ((name, detail),) = value.items()
    match name:
        case "Link" | "Image":
            text = detail["dest_url"]
        case "Heading":
            text = detail["level"]
        case "List":
            text = "" if detail is None else str(detail)
        case "Table":
            text = "".join({"Center": "c", "Right": "r"}.get(alignment, "l") for alignment in detail)
        case "CodeBlock":
            text = "" if detail == "Indented" else detail["Fenced"]
        case _:
            text = ""
    return Mark("+" + name, text, start, end)
