"""What the user should be told about the configuration although nothing is wrong enough to stop."""

from msgspec import Struct


class Notice(Struct, frozen=True, kw_only=True):
    """A remark to be shown once.

    Attributes:
        text: One sentence.
        hint: The command or key that settles it; ``None`` where there is none.
    """

    text: str
    hint: str | None = None


class Mistake(Struct, frozen=True, kw_only=True):
    """Something that must be mended before the program can run.

    Attributes:
        place: ``file:line``, the variable's name, or the flag.
        text: What was read and what is allowed.
    """

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"
