"""A tool's call in words: which of its arguments matters, and what came of it."""

from collections.abc import Mapping

from aircher.domain.events import ToolRequested
from aircher.domain.messages import JsonValue

_TELLING: Mapping[str, tuple[str, ...]] = {
    "shell": ("command",),
    "grep": ("pattern", "path"),
    "glob": ("pattern", "path"),
    "git": ("command", "revision", "path"),
    "jobs": ("action", "job_id"),
    "todo": (),
}
"""The arguments that tell what a call does, where it is not one of `_USUAL`."""
_USUAL = ("path", "file_path", "command", "query", "pattern", "url", "question", "prompt", "name", "title")
"""What servers' tools and our own call the argument that matters; the first that is there is told."""
_MOST_CHARS = 2_000
_PLACED: Mapping[str, str] = {"grep": "in ", "glob": "in "}
"""What stands before a second argument."""
_LINKS = (" of", " for", " in")


def told(call: ToolRequested) -> tuple[str, ...]:
    """Return the arguments that matter, as they were given; none = the name says it all."""
    arguments = call.arguments
    if call.name == "edit_file":
        return _edited(arguments.get("edits"))
    keys = _TELLING.get(call.name)
    if keys is not None:
        return tuple(text for key in keys if (text := _text(arguments.get(key))) and text != ".")
    usual = next((text for key in _USUAL if (text := _text(arguments.get(key)))), "")
    return tuple(filter(None, [usual or _first(list(arguments.values()))]))


def subject(call: ToolRequested, words: tuple[str, ...]) -> str:
    """Return these arguments as one line of words."""
    return f" {_PLACED.get(call.name, '')}".join(words)


def result(summary: str, words: tuple[str, ...]) -> str:
    """Return a summary without what the header says already.

    >>> result("read 45 lines of src/x.py", ("src/x.py",))
    'read 45 lines'
    """
    text = " ".join(summary[:_MOST_CHARS].split())
    for word in words:
        if len(word) > 1:
            text = text.replace(repr(word), "").replace(word, "")
    text = " ".join(text.split())
    for link in _LINKS:
        text = text.removesuffix(link)
    return text


def _edited(edits: JsonValue) -> tuple[str, ...]:
    paths = [_text(edit.get("path")) for edit in edits if isinstance(edit, dict)] if isinstance(edits, list) else []
    different = list(dict.fromkeys(filter(None, paths)))
    return tuple(different) if len(different) < 2 else (f"{len(different)} files",)


def _text(value: JsonValue) -> str:
    return value[:_MOST_CHARS] if isinstance(value, str) else ""


def _first(values: list[JsonValue]) -> str:
    """Return the first text among the values, however deep."""
    for value in values:
        match value:
            case str():
                found = _text(value)
            case dict():
                found = _first(list(value.values()))
            case list():
                found = _first(value)
            case _:
                found = ""
        if found:
            return found
    return ""
