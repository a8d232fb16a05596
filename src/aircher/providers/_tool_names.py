"""Names of tools as every vendor takes them back.

A model may ask for a tool by a name that no vendor accepts: none at all, or one with markup of its template in it.
Such a call never ran, but it stays in the conversation, and sent back as it came it would have every later request
refused.
Source: ``^[a-zA-Z0-9_-]{1,64}$`` of the OpenAI and Anthropic APIs, the strictest pattern there is.
"""

import re

_LONGEST_CHARS = 64
_ACCEPTED = r"[A-Za-z0-9_-]{1,64}"
_REFUSED = r"[^A-Za-z0-9_-]+"
_NAMELESS = "unnamed"


def accepted_name(name: str) -> str:
    """Return the name of a call or a result for a request; one that is accepted stays as it is.

    >>> accepted_name("read_file"), accepted_name("read_file<|channel|>commentary"), accepted_name("")
    ('read_file', 'read_file_channel_commentary', 'unnamed')
    """
    if re.fullmatch(_ACCEPTED, name):
        return name
    return re.sub(_REFUSED, "_", name).strip("_")[:_LONGEST_CHARS] or _NAMELESS
