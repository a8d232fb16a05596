"""A prompt as text that can be edited: a mark stands for each picture, and what stays of the marks is a picture again.

Invariant: a mark is no word of the prompt itself. Pure. Not its job: how a prompt is shown in a line (`waiting`).
"""

from collections.abc import Mapping, Sequence
from itertools import count

from aircher.domain.messages import ImagePart, PromptPart, TextPart


def outlined(prompt: Sequence[PromptPart]) -> tuple[str, Mapping[str, ImagePart]]:
    """Return the text, and what its marks stand for, in their order."""
    said = "\n".join(part.text for part in prompt if isinstance(part, TextPart))
    free = (mark for mark in (f"[picture {number}]" for number in count(1)) if mark not in said)
    pieces: list[str] = []
    marks: dict[str, ImagePart] = {}
    for part in prompt:
        if isinstance(part, ImagePart):
            mark = next(free)
            marks[mark] = part
            pieces.append(mark)
        else:
            pieces.append(part.text)
    return " ".join(pieces), marks


def parts_of(text: str, marks: Mapping[str, ImagePart]) -> tuple[PromptPart, ...]:
    """Return the prompt that an edited text is: a mark counts where it stands first, one that is gone is not wanted."""
    places = sorted((text.find(mark), mark) for mark in marks if mark in text)
    parts: list[PromptPart] = []
    done = 0
    for at, mark in places:
        parts += [*_text(text[done:at]), marks[mark]]
        done = at + len(mark)
    return (*parts, *_text(text[done:]))


def _text(text: str) -> Sequence[TextPart]:
    return [TextPart(text=text.strip())] if text.strip() else []
