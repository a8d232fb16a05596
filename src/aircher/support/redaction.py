"""Takes secrets out of text: out of what is written down, and out of what a model gets to see.

Invariant: a text that went through `Redactor.clean` holds no secret that it was told of, nothing shaped like a key, and
no value in a place where secrets stand. `Redactor.mask` in doubt leaves what it finds, since a model works on the text:
hashes, ids, pictures and source stay as they are. Both keep the lines of the text and take time in proportion to it;
nothing is compiled before a text has something that calls for it.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

from aircher.support.secret_shapes import HIDDEN

if TYPE_CHECKING:  # see above: what looks for secrets is loaded with the first text
    from aircher.support.known_secrets import KnownSecrets
    from aircher.support.secret_places import Place

_SHORTEST_MASKED_CHARS = 8
_SHORTEST_SCHEME_CHARS = 12
_SHORTEST_LOGIN_CHARS = 16
_SHORTEST_SETTING_CHARS = 6
_MOST_DIGITS_OF_A_COUNT = 7


MOST_ROUNDS = 8  # each finds less; only text that was made for it needs more than two


class Redactor:
    """Knows the secrets of this run; for any thread."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secrets)

    def learn(self, secret: str) -> None:
        """Know one more secret from now on."""
        if secret not in self._secrets:
            self._secrets = (*self._secrets, secret)
            for name in ("_known", "_known_to_models"):
                self.__dict__.pop(name, None)

    @cached_property
    def _known(self) -> "KnownSecrets":
        from aircher.support.known_secrets import KnownSecrets

        return KnownSecrets(self._secrets)

    @cached_property
    def _known_to_models(self) -> "KnownSecrets":
        from aircher.support.known_secrets import KnownSecrets

        return KnownSecrets(filter(_is_worth_masking, self._secrets))

    def clean(self, text: str) -> str:
        """Return the text with everything replaced that may be a secret: for logs, reports and the audit trail.

        What was behind a secret may stand in a telling place once that is gone, so it is looked through until nothing
        more is found.
        """
        for _ in range(MOST_ROUNDS):
            text, found = _without(text, [*self._known.spans(text), *_doubtful(text)])
            if not found:
                break
        return text

    def clean_field(self, name: str, text: str) -> str:
        """Return the text of a field: all of it is replaced if the field's name says that it is a secret."""
        from aircher.support.secret_places import is_telling
        from aircher.support.secret_values import is_reference

        if text and is_telling(name) and not is_reference(text):
            return HIDDEN
        return self.clean(text)

    def is_clean(self, text: str) -> bool:
        """Whether it holds neither a secret nor a word that tells of one: then none of its parts does either."""
        from aircher.support.secret_places import has_telling_word

        return not has_telling_word(text) and self.clean(text) == text

    def mask(self, text: str) -> tuple[str, int]:
        """Return the text with everything replaced that is a secret, and how many those were: for models."""
        return _without(text, [*self._known_to_models.spans(text), *_certain(text)])


def _doubtful(text: str) -> Iterator[tuple[int, int]]:
    """Yield what may be a secret."""
    from aircher.support import secret_places as places
    from aircher.support.secret_tokens import token_spans, vendor_spans
    from aircher.support.secret_values import is_reference

    yield from vendor_spans(text)
    yield from ((start, end) for start, _, end in token_spans(text))
    yield from places.logins(text)
    yield from places.private_keys(text)
    yield from places.signatures(text)
    for place in places.named_places(text):
        value = text[place.start : place.end]
        is_count = value.isdecimal() and len(value) <= _MOST_DIGITS_OF_A_COUNT and "passw" not in place.name
        if not is_count and not is_reference(value):
            yield place.start, place.end
    for start, end in places.scheme_places(text):
        if not text[start:end].isalpha() or end - start >= _SHORTEST_LOGIN_CHARS:
            yield start, end
    yield from (span for span in places.command_places(text) if not text[slice(*span)].isdecimal())


def _certain(text: str) -> Iterator[tuple[int, int]]:
    """Yield what is a secret beyond reasonable doubt."""
    from aircher.support import secret_places as places
    from aircher.support.secret_tokens import token_spans
    from aircher.support.secret_values import is_placeholder, is_random, is_varied

    for start, own, end in token_spans(text):
        if is_varied(text[own:end]) and not is_placeholder(text[own:end]):
            yield start, end
    yield from places.private_keys(text)
    for place in places.named_places(text):
        if _is_certain(place, text[place.start : place.end]):
            yield place.start, place.end
    for start, end in (*places.scheme_places(text), *places.signatures(text)):
        if is_random(text[start:end], at_least=_SHORTEST_SCHEME_CHARS) and not is_placeholder(text[start:end]):
            yield start, end
    for start, end in places.logins(text):
        name, _, password = text[start:end].partition(":")
        if password and _is_chosen(password):
            yield start + len(name) + 1, end
        elif not password and is_random(name, at_least=_SHORTEST_LOGIN_CHARS) and not is_placeholder(name):
            yield start, end


def _is_certain(place: "Place", value: str) -> bool:
    from aircher.support.secret_values import is_path, is_placeholder, is_random, is_reference

    if place.is_called or is_reference(value) or is_placeholder(value) or "://" in value:
        return False
    if place.is_setting:
        return len(value) >= _SHORTEST_SETTING_CHARS and not value.isdecimal()
    if any(map(str.isspace, value)) or (not place.is_quoted and is_path(value)):
        return False
    return is_random(value) or (place.is_quoted and "passw" in place.name and _is_chosen(value))


def _is_chosen(value: str) -> bool:
    """Whether a person may have chosen the value as a password: it is neither a word nor a placeholder."""
    from aircher.support.secret_values import is_placeholder, is_random, is_reference

    if len(value) < _SHORTEST_SETTING_CHARS or is_placeholder(value) or is_reference(value):
        return False
    return is_random(value) or (any(map(str.isdigit, value)) and any(map(str.isalpha, value)))


def _is_worth_masking(value: str) -> bool:
    """Whether a variable's value may be hidden wherever a model would read it: a path or a word may be no secret."""
    from aircher.support.secret_values import is_random

    if len(value) < _SHORTEST_MASKED_CHARS:
        return False
    is_place = value.startswith(("/", "~/", "./")) or "://" in value
    is_word = (
        value.replace("-", "").replace("_", "").isalpha() and value.islower() and len(value) < _SHORTEST_LOGIN_CHARS
    )
    return is_random(value) or not (is_place or is_word)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> tuple[str, int]:
    """Return the text with `HIDDEN` in place of each span, in each of its lines, and how many spans lie apart."""
    parts: list[str] = []
    last = count = 0
    for start, end in _merged(spans):
        parts += (text[last:start], _hidden(text[start:end]))
        last = end
        count += 1
    return ("".join((*parts, text[last:])), count) if count else (text, 0)


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans in their order, those that overlap or touch as one."""
    start = end = -1
    for first, last in sorted(spans):
        if first > end:
            if end > start:
                yield start, end
            start, end = first, last
        end = max(end, last)
    if end > start:
        yield start, end


def _hidden(secret: str) -> str:
    """Return what stands in place of a secret: as many lines as it has."""
    lines = (line.removesuffix("\r") for line in secret.split("\n"))
    ends = ("\r\n" if line.endswith("\r") else "\n" for line in secret.split("\n")[:-1])
    return "".join(f"{HIDDEN if line.strip() else ''}{end}" for line, end in zip_longest(lines, ends, fillvalue=""))
