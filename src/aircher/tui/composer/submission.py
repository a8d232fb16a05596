"""What the user sends: a prompt, a command, a line for the shell, or a line to remember. Decided by how it begins.

Invariant: pure. What a chip stands for never decides anything: only what was typed does.
"""

from enum import StrEnum

from aircher.domain.messages import PromptPart
from aircher.domain.records import dataclass

_PUNCTUATION = ".,;:!?)]}'"


class SubmissionKind(StrEnum):
    """What is to be done with it."""

    PROMPT = "prompt"
    COMMAND = "command"
    SHELL = "shell"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Something that was sent.

    Attributes:
        text: All of it, chips unfolded; without the sign it began with (``/``, ``!``, ``#``) if that said its kind.
        parts: The same text with its pictures, in their order.
        is_queued: It is meant for after the turn.
    """

    kind: SubmissionKind
    text: str
    parts: tuple[PromptPart, ...]
    is_queued: bool = False


def kind_of(typed: str) -> SubmissionKind:
    """Return what a text is that begins so.

    A path such as ``/usr/bin`` is no command, and a Markdown heading with text below it is no line to remember.
    """
    if typed.startswith("!"):
        return SubmissionKind.SHELL
    if typed.startswith("#") and "\n" not in typed.rstrip():
        return SubmissionKind.MEMORY
    if typed.startswith("/") and "/" not in first_word(typed)[1:]:
        return SubmissionKind.COMMAND
    return SubmissionKind.PROMPT


def sign_of(kind: SubmissionKind) -> str:
    """Return what a text of this kind begins with."""
    match kind:
        case SubmissionKind.SHELL:
            return "!"
        case SubmissionKind.MEMORY:
            return "#"
        case SubmissionKind.COMMAND:
            return "/"
        case SubmissionKind.PROMPT:
            return ""


def first_word(typed: str) -> str:
    """Return the text up to its first space or newline, of which at most 100 letters are looked at."""
    words = typed[:100].split(maxsplit=1)
    return words[0] if words and not typed[0].isspace() else ""


def mention(path: str) -> str:
    """Return how a path is written in a prompt: in quotes if it would end too early without them."""
    if path and not any(char.isspace() or char in '"\\' for char in path) and path[-1] not in _PUNCTUATION:
        return f"@{path}"
    quoted = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'@"{quoted}"'
