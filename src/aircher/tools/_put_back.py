"""What is told when a command had changed what it must not, and that was put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aircher.domain.display import NoticeBlock

if TYPE_CHECKING:
    from collections.abc import Iterable


def put_back_notes(paths: Iterable[object]) -> tuple[str, ...]:
    """Return the line for a model; none where nothing was put back."""
    names = ", ".join(map(str, paths))
    return (f"[{_text(names)}]",) if names else ()


def put_back_blocks(paths: Iterable[object]) -> tuple[NoticeBlock, ...]:
    """Return the warning for a person; none where nothing was put back."""
    names = ", ".join(map(str, paths))
    return (NoticeBlock(text=_text(names), level="warning"),) if names else ()


def _text(names: str) -> str:
    return f"protected, so put back as before: {names}; what the command left there is beside it, as NAME.changed-…"
