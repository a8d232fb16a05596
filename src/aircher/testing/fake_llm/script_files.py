"""Scripts read from TOML: files of the user, and those that ship with the program.

Invariant: a wrong script is refused with its line and with what would be allowed there.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

import msgspec

from aircher.domain.errors import UsageError
from aircher.support.suggest import nearest
from aircher.testing.fake_llm.chaos import Chaos
from aircher.testing.fake_llm.script import Answer, Failure, Script, Step, ToolCall, Usage, When

_TABLES: Mapping[str, type[msgspec.Struct]] = MappingProxyType(
    {
        "": Script,
        "answers": Answer,
        "when": When,
        "steps": Step,
        "tool_call": ToolCall,
        "error": Failure,
        "usage": Usage,
        "chaos": Chaos,
    }
)
"""What stands below a key; the empty one is the whole script."""

_SHIPPED = "aircher.testing.fake_llm"


def shipped_scripts() -> list[str]:
    """Return the names of the scripts that come with the program."""
    found = files(_SHIPPED).joinpath("scripts").iterdir()
    return sorted(entry.name.removesuffix(".toml") for entry in found if entry.name.endswith(".toml"))


def load_script(name: str, *, folder: Path) -> Script:
    """Return the script of this file, seen from ``folder``, or of this shipped name.

    Raises:
        UsageError: There is none, it cannot be read, or it is wrong.
    """
    names = shipped_scripts()
    try:
        if name in names:
            text = files(_SHIPPED).joinpath("scripts", f"{name}.toml").read_text(encoding="utf-8")
        else:
            text = (folder / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8"
        raise UsageError(
            f"the script {name} cannot be read: {why}",
            hint=f"--script FILE, or one that is shipped: {', '.join(names)}",
            code="usage.script",
        ) from exc
    return parse_script(text, source=name)


def parse_script(text: str, *, source: str = "script") -> Script:
    """Return the script that this TOML describes; ``source`` is its name in errors.

    Raises:
        UsageError: It is wrong.
    """
    try:
        return msgspec.convert(tomllib.loads(text), Script)
    except tomllib.TOMLDecodeError as exc:
        raise UsageError(f"{source} is no TOML: {exc}", hint="https://toml.io/en/v1.0.0", code="usage.script") from exc
    except msgspec.ValidationError as exc:
        complaint, _, at = str(exc).partition(" - at `$")
        path = at.strip("`.")
        raise UsageError(
            f"{source}, line {_line(text, path, complaint)}: {path + ': ' if path else ''}{_lower(complaint)}",
            hint=_hint(path, complaint),
            code="usage.script",
        ) from exc


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _unknown_key(complaint: str) -> str | None:
    found = re.fullmatch(r"Object contains unknown field `(.*)`", complaint)
    return found[1] if found else None


def _hint(path: str, complaint: str) -> str | None:
    """Return which keys are allowed there, the likeliest first."""
    last = re.sub(r"\[.*?\]", "", path).rpartition(".")[2]
    key = _unknown_key(complaint)
    if key is None or last not in _TABLES:
        return None
    known = _TABLES[last].__struct_fields__
    meant = nearest(key, known)
    return (f"did you mean {meant}? " if meant else "") + f"allowed: {', '.join(known)}"


def _line(text: str, path: str, complaint: str) -> int:
    """Return the line that the complaint is about, as near as can be told: `tomllib` keeps no positions.

    It is the first line of the answer at fault that names the key at fault, else the answer's first line.
    """
    lines = text.splitlines()
    answer = re.match(r"answers\[(\d+)\]", path)
    start, end = 0, len(lines)
    if answer:
        starts = [at for at, line in enumerate(lines) if re.match(r"\s*\[\[\s*answers\s*\]\]", line)]
        number = int(answer[1])
        if number < len(starts):  # answers written as one array have no lines of their own
            start, end = starts[number], next(iter(starts[number + 1 :]), len(lines))
    key = _unknown_key(complaint) or next(iter(_keys(path)), None)
    if key is not None:
        named = re.compile(rf"\b{re.escape(key)}\b")
        start = next((at for at in range(start, end) if named.search(lines[at])), start)
    return start + 1


def _keys(path: str) -> Iterable[str]:
    """Yield the keys of a path, the innermost first, without those that only hold a list."""
    keys = [key for key in re.sub(r"\[.*?\]", "", path).split(".") if key]
    return (key for key in reversed(keys) if key not in {"answers", "steps"})
