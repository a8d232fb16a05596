"""The vocabulary that sections are written in: a documented key, and number types with limits."""

from typing import Annotated, TypeAlias

from msgspec import Meta


def doc(text: str, *, unit: str | None = None, planned: bool = False) -> Meta:
    """Return the documentation of a key: one sentence, and the unit of its value if it has one.

    ``planned`` says that nothing reads the key, or any key below it, in this version.
    """
    extra: dict[str, object] = {"x-unit": unit} if unit else {}
    if planned:
        extra["x-in-effect"] = False
    return Meta(description=text, extra_json_schema=extra or None)


Ratio: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Usd: TypeAlias = Annotated[float, Meta(ge=0, le=1e12)]
Natural: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]
Positive: TypeAlias = Annotated[int, Meta(ge=1, le=2**53)]
Temperature: TypeAlias = Annotated[float, Meta(ge=0, le=2)]
VariableName: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$",
        extra={"allowed": "the name of an environment variable (not the key itself)"},
    ),
]
Color: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})|[a-z0-9_-]*)$",
        extra={"allowed": "a colour such as #7aa2f7, or a name such as blue"},
    ),
]
ThemeName: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        extra={"allowed": "a theme such as dark, or the name of a file in the folder themes beside your configuration"},
    ),
]
_NAMED_KEYS = (
    "enter|tab|space|backspace|delete|escape|up|down|left|right|home|end|pageup|pagedown|insert|f[1-9]|f1[0-2]"
)
_KEY = rf"(?:(?:ctrl\+)?(?:alt\+)?(?:shift\+)?(?:{_NAMED_KEYS})|ctrl\+(?:alt\+)?(?:shift\+)?[^\sA-Z]|(?:alt\+)?\S)"
KeyNames: TypeAlias = Annotated[
    str,
    Meta(
        pattern=rf"^\s*(?:{_KEY}(?:\s+|$))*$",
        extra={
            "allowed": 'keys such as "ctrl+p alt+enter f9": characters, or '
            f"{_NAMED_KEYS.replace('f[1-9]|f1[0-2]', 'f1 to f12').replace('|', ', ')}, "
            "behind ctrl+, alt+, shift+ in this order",
            "in_tables": 'keys such as "ctrl+p alt+enter f9"',
        },
    ),
]
Url: TypeAlias = Annotated[
    str,
    Meta(pattern=r"^((http|ws)s?://[^\s]+)?$", extra={"allowed": "an address that begins with http:// or https://"}),
]
PathText: TypeAlias = Annotated[
    str, Meta(pattern=r"^[^\x00]*$", max_length=4_096, extra={"allowed": "a path of at most 4096 characters"})
]
