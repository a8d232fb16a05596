"""Whom a call goes to, and how foreign words about it may be shown."""

from aircher.domain.records import dataclass
from aircher.providers._surrogates import joined
from aircher.support.secret import Secret
from aircher.support.text import without_controls

LONGEST_QUOTE = 500
"""Characters of a server's own words that are repeated: enough for a sentence, too few for a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Whom we asked for what; everything a message may name.

    Attributes:
        provider: The section's name.
        kind: The section's kind.
        url: The address of this call, without query.
        model: The model that was asked for; empty where the call is not about one.
        key: The key that was sent, so that it can be hidden; ``None`` = none was sent.
        key_variable: Where the user would put a key.
    """

    provider: str
    kind: str
    url: str
    model: str = ""
    key: Secret | None = None
    key_variable: str | None = None

    def quoted(self, text: str) -> str:
        """Return foreign text as it may be shown: one line, bounded, without control characters or the key."""
        lines = without_controls(joined(text)).replace("\t", " ").splitlines()
        text = " ".join(words for line in lines if (words := line.strip()))
        if self.key is not None:
            text = self.key.hide_in(text)
        return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
