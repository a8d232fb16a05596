"""Counting with the real vocabulary, where it is published and the extra ``tokenizers`` is installed.

Invariant: splintr is imported here only, and only when a counter is asked for; without it there is no counter, which
is not an error. The vocabularies are part of the package, so nothing is fetched.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from types import MappingProxyType

_VOCABULARIES = MappingProxyType({"o200k": "o200k_base", "cl100k": "cl100k_base"})
"""OpenAI's. Those of open models exist too, but a model's name does not say for sure which one it has."""


def has_exact(family: str) -> bool:
    """Whether texts of this family can be counted exactly here and now. Imports nothing."""
    return family in _VOCABULARIES and find_spec("splintr") is not None


@cache
def exact_counter(family: str) -> Callable[[str], int] | None:
    """Return a function that counts a text exactly, or ``None`` where only an estimate is possible.

    The first call for a family reads the vocabulary, up to a quarter of a second: call it in a thread.
    """
    if not has_exact(family):
        return None
    from splintr import Tokenizer

    tokenizer = Tokenizer.from_pretrained(_VOCABULARIES[family])

    def count(text: str) -> int:
        text = _encodable(text)
        if "<|" in text:  # may spell a control token, which servers read as ordinary text
            return len(tokenizer.encode_ordinary(text))
        return len(tokenizer.encode_flat(text)) // 4  # four bytes a token: no list of numbers is made

    return count


def _encodable(text: str) -> str:
    """Return the text with lone surrogates replaced, as it has to be before it is sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
