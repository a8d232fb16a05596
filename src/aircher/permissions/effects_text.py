"""Effects in words for people."""

from collections.abc import Sequence
from pathlib import Path
from typing import assert_never

from aircher.domain.effects import Connects, Deletes, Effect, Reads, Runs, SetsVariable, Unknown, Writes


def effects_text(effects: Sequence[Effect]) -> tuple[str, ...]:
    """Return each effect in a few words, without repetition."""
    return tuple(dict.fromkeys(map(_text, effects)))


def _text(effect: Effect) -> str:
    match effect:
        case Reads(path=path, is_listing=True):
            return f"lists {_shown(path)}"
        case Reads(path=path, is_recursive=True):
            return f"reads all of {_shown(path)}"
        case Reads(path=path):
            return f"reads {_shown(path)}"
        case Writes(path=path):
            return f"writes {_shown(path)}"
        case Deletes(path=path):
            return f"deletes {_shown(path)}"
        case Connects(host="*"):
            return "connects to a host that is not known"
        case Connects(host=host, port=port):
            return f"connects to {host}" + (f", port {port}" if port is not None else "")
        case Runs(program=program):
            return f"runs {program}"
        case SetsVariable(name=name):
            return f"sets {name}, which programs behave by"
        case Unknown(reason=reason):
            return reason
        case _:
            assert_never(effect)


def _shown(path: Path) -> str:
    """A name may hold line ends, or signs that turn the reading direction: nobody may be misled by what is asked."""
    text = str(path)
    return text if text.isprintable() else repr(text)
