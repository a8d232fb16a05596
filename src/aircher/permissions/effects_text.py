"""Effects in words for people."""

from collections.abc import Sequence
from typing import assert_never

from aircher.domain.effects import Connects, Deletes, Effect, Reads, Runs, SetsVariable, Unknown, Writes


def effects_text(effects: Sequence[Effect]) -> tuple[str, ...]:
    """Return each effect in a few words, without repetition."""
    return tuple(dict.fromkeys(map(_text, effects)))


def _text(effect: Effect) -> str:
    match effect:
        case Reads(path=path):
            return f"reads {path}"
        case Writes(path=path):
            return f"writes {path}"
        case Deletes(path=path):
            return f"deletes {path}"
        case Connects(host=host):
            return f"connects to {host}"
        case Runs(program=program):
            return f"runs {program}"
        case SetsVariable(name=name):
            return f"sets {name}"
        case Unknown(reason=reason):
            return reason
        case _:
            assert_never(effect)
