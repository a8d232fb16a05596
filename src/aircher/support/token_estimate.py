"""How many tokens a text has for a family of models, estimated without the family's vocabulary.

A text is translated, by ``bytes.translate``, into the kinds of its characters, and the count of each short pattern of
kinds is weighed (`aircher.support.token_weights`, fitted against the real vocabularies). Only C loops touch the text.

Invariants: no weight is negative, so an estimate never is, and a text that goes on never has fewer tokens than its
beginning. The time is linear in the length, whatever the text. Every string has an estimate, lone surrogates included.

Not its job: what a request adds around its texts, and learning from the server: `aircher.engine.token_counter`.
"""

from aircher.support.token_weights import FAMILIES, WEIGHTS, WIDE_WEIGHTS

UNKNOWN = "unknown"
"""The family of a model that no row names: the mean of all families whose vocabulary is known."""
GUESSED_FAMILIES = frozenset({"claude", "claude-4", UNKNOWN})
"""Families whose vocabulary is not published; their weights are derived from those of others."""


def _painted(ground: str, *rows: tuple[str, str]) -> bytes:
    """Return a translation to ``ground``, except the characters of each row (code points = bytes) to its kind."""
    table = bytearray(ground.encode() * 256)
    for characters, kind in rows:
        for byte in characters.encode("latin-1"):
            table[byte] = ord(kind)
    return bytes(table)


def _bytes_between(first: int, last: int) -> str:
    return bytes(range(first, last + 1)).decode("latin-1")


_CONTINUATION = bytes(range(0x80, 0xC0))
"""Deleted while translating, so that a character of any script is one byte: that of its lead byte."""
_KINDS = _painted(
    "~",
    ("aeiou", "v"),
    ("bcdfghlmnprst", "c"),
    ("jkqvwxyz", "q"),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "A"),
    ("0123456789", "0"),
    (" ", " "),
    ("\n", "n"),
    ("\t", "t"),
    ("\r", "r"),
    (".,;:!?'\"-", "."),
    ("()[]{}<>", "("),
    ("#$%&*+/=@\\^_`|", "/"),
    (_bytes_between(0xC2, 0xC3), "3"),  # Latin-1: Western Europe
    (_bytes_between(0xC4, 0xCD), "4"),  # further Latin letters, phonetic letters, accents that combine
    (_bytes_between(0xCE, 0xCF), "G"),  # Greek
    (_bytes_between(0xD0, 0xD4), "R"),  # Cyrillic
    (_bytes_between(0xD5, 0xD7), "H"),  # Hebrew, Armenian
    (_bytes_between(0xD8, 0xDF), "B"),  # Arabic and its neighbours
    (_bytes_between(0xE0, 0xE0), "I"),  # the scripts of India, Thai, Lao
    (_bytes_between(0xE1, 0xE1), "1"),  # Vietnamese accents, Georgian, Khmer
    (_bytes_between(0xE2, 0xE2), "S"),  # typographic signs, arrows, box drawing
    (_bytes_between(0xE3, 0xE3), "K"),  # kana, CJK punctuation
    (_bytes_between(0xE4, 0xE9), "Z"),  # Chinese characters
    (_bytes_between(0xEA, 0xED), "O"),  # Hangul; lone surrogates
    (_bytes_between(0xEE, 0xEF), "F"),  # private use, full-width forms
    (_bytes_between(0xF0, 0xFF), "E"),  # emoji, rare characters
)
_WORDS = _painted("-", ("vcqA", "a"))
_SHAPES = _painted("z", ("vcq", "a"), ("A", "A"), ("0", "0"), (" ", " "), ("n", "n"), ("tr", "t"), ("~./(", "p"))
_SOUNDS = _painted("-", ("v", "v"), ("cq", "c"))
_WIDE_WORDS = _painted("-", ("345GRHBI1", "w"))

LAYERS = (None, _WORDS, _SHAPES, _SOUNDS, _WIDE_WORDS)
"""What the kinds are translated to before a pattern is counted; ``None`` = counted in the kinds themselves."""


def estimate(text: str, family: str) -> int:
    """Return about how many tokens the text has; 0 for the empty text, at least 1 for any other.

    A family that is not in `FAMILIES` is taken for `UNKNOWN`.
    """
    if not text:
        return 0
    column = FAMILIES.index(family) if family in FAMILIES else FAMILIES.index(UNKNOWN)
    thousandths = 0
    layers = layers_of(text)
    for layer, pattern, *weights in WEIGHTS:
        thousandths += layers[layer].count(pattern) * weights[column]
    if not text.isascii():
        for layer, pattern, *weights in WIDE_WEIGHTS:
            thousandths += layers[layer].count(pattern) * weights[column]
    return max(1, round(thousandths / 1000))


def layers_of(text: str) -> tuple[bytes, ...]:
    """Return the kinds of the text in each layer, after a line break that stands for the edge of the text."""
    if text.isascii():
        kinds = b"n" + text.encode().translate(_KINDS)
    else:
        kinds = b"n" + text.encode("utf-8", "surrogatepass").translate(_KINDS, _CONTINUATION)
    return tuple(kinds if table is None else kinds.translate(table) for table in LAYERS)


_PREFIXES = (
    ("chatgpt", "o200k"),
    ("codex", "o200k"),
    ("gpt-", "o200k"),
    ("gpt-3", "cl100k"),
    ("gpt-4", "cl100k"),
    ("gpt-4o", "o200k"),
    ("gpt-4.1", "o200k"),
    ("gpt-4.5", "o200k"),
    ("o1", "o200k"),
    ("o3", "o200k"),
    ("o4", "o200k"),
    ("text-embedding", "cl100k"),
    ("claude", "claude"),
    ("claude-2", "claude-4"),
    ("claude-3", "claude-4"),
    ("claude-instant", "claude-4"),
    ("claude-haiku-4", "claude-4"),
    ("claude-opus-4", "claude-4"),
    ("claude-opus-4-7", "claude"),
    ("claude-opus-4-8", "claude"),
    ("claude-opus-4-9", "claude"),
    ("claude-opus-4.7", "claude"),
    ("claude-opus-4.8", "claude"),
    ("claude-opus-4.9", "claude"),
    ("claude-sonnet-4", "claude-4"),
    ("claude-sonnet-4-7", "claude"),
    ("claude-sonnet-4-8", "claude"),
    ("claude-sonnet-4-9", "claude"),
    ("claude-sonnet-4.7", "claude"),
    ("claude-sonnet-4.8", "claude"),
    ("claude-sonnet-4.9", "claude"),
    ("gemini", "gemma"),
    ("gemma", "gemma"),
    ("llama", "llama3"),
    ("codellama", "llama2"),
    ("llama2", "llama2"),
    ("llama-2", "llama2"),
    ("qwen", "qwen"),
    ("qwq", "qwen"),
    ("qvq", "qwen"),
    ("deepseek", "deepseek"),
    ("deepseek-r1-distill-llama", "llama3"),
    ("deepseek-r1-distill-qwen", "qwen"),
    ("mistral", "mistral"),
    ("mixtral", "llama2"),
    ("codestral", "mistral"),
    ("devstral", "mistral"),
    ("magistral", "mistral"),
    ("ministral", "mistral"),
    ("pixtral", "mistral"),
    ("voxtral", "mistral"),
    ("glm", "glm"),
    ("kimi", "kimi"),
    ("moonshot", "kimi"),
)
"""How names of models begin, and the family; the longest that fits wins."""
_KIND_FAMILIES = (("openai", "o200k"), ("anthropic", "claude"), ("gemini", "gemma"))
"""Kinds of provider whose servers have one vendor's models only, and what a new name there is taken for."""


def family_of(kind: str, model: str) -> str:
    """Return the family whose vocabulary the model has, as far as its name tells; `UNKNOWN` if it does not.

    ``kind`` is the provider's wire format. A prefix counts at the start of the name or behind a sign, so that
    ``openrouter``'s ``anthropic/claude-…`` and a fine-tune called ``hermes-llama-3`` are found; the first wins.
    """
    name = model.lower()
    found = [
        (position, -len(prefix), family)
        for prefix, family in _PREFIXES
        if (position := name.find(prefix)) >= 0 and (position == 0 or not name[position - 1].isalnum())
    ]
    if found:
        return min(found)[2]
    return next((family for row, family in _KIND_FAMILIES if row == kind), UNKNOWN)
