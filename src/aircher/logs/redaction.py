"""Takes keys out of whatever is written down.

Invariant: a text that went through `Redactor.clean` holds neither a secret it was told of nor anything shaped like one.
"""

import re
from collections.abc import Iterable

HIDDEN = "[hidden]"
_SHORTEST_SECRET = 6  # shorter values would blank out ordinary words

_SHAPES = re.compile(
    r"""(?x)
    \bsk-[A-Za-z0-9_-]{8,}                                 # OpenAI, Anthropic, OpenRouter
    | \bAIza[A-Za-z0-9_-]{20,}                             # Google
    | \bgh[pousr]_[A-Za-z0-9]{20,} | \bgithub_pat_\w{20,}  # GitHub
    | \bxox[abposr]-[A-Za-z0-9-]{8,}                       # Slack
    | \bAKIA[A-Z0-9]{16}\b                                 # AWS
    | \beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+   # JSON web tokens
    | (?<=://)[^/\s:@]+:[^/\s@]+(?=@)                      # user:password in a URL
    | (?i:(?<=bearer\s))[A-Za-z0-9._~+/=-]{6,}
    | (?i:(?<=api-key:\s)|(?<=api_key=)|(?<=apikey=)|(?<=token=)|(?<=password=)|(?<=secret=))[^\s"'&,;]{4,}
    """
)


class Redactor:
    """Knows the secrets of this run."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted((item for item in secrets if len(item) >= _SHORTEST_SECRET), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def clean(self, text: str) -> str:
        """Return the text with every secret replaced."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _SHAPES.sub(HIDDEN, text)
