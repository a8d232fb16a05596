"""Which encoding the bytes of a text file are in, and how to get its characters in and out without losing one.

Invariant: what `detect` returns decodes the bytes and encodes them back to the very same bytes; what it cannot do that
for is either taken byte by byte (`Encoding.is_guess`) or is no text (``None``).
"""

import codecs
import re

from aircher.domain.records import dataclass

_MARKS = (  # the longer ones first: the mark of UTF-32 starts like the one of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDER = {"shift_jis": "cp932", "iso8859-1": "cp1252", "gb2312": "gb18030", "euc_kr": "cp949"}
_STATEFUL = ("iso2022", "hz", "utf-7", "utf_7")  # the same character has other bytes elsewhere: no span can be cut out
_DECLARED = r"""(?:coding[:=]|charset\s*=|@charset|<\?xml[^>]{0,80}\bencoding\s*=)\s*["']?([A-Za-z0-9][-\w.]{0,30})"""
_HEAD_BYTES = 1024  # a declaration stands in the first two lines (PEP 263) or the first kilobyte (HTML)
_SNIFF_BYTES = 1 << 16
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\b\x1b\x1a\x0b")) + b"\x7f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How the bytes of one text are to be read.

    Attributes:
        name: Of Python's codec.
        mark: Byte-order mark at the front, not part of the text.
        is_guess: Bytes beyond ASCII are shown as Latin-1, for nothing says what they are; none may be added.
        keeps_stray_bytes: Single bytes that are no UTF-8 live on as lone surrogates.
    """

    name: str
    mark: bytes = b""
    is_guess: bool = False
    keeps_stray_bytes: bool = False

    def decode(self, data: bytes) -> str:
        """Return the text, without the mark.

        Raises:
            UnicodeDecodeError: The bytes are not in this encoding.
        """
        return data[len(self.mark) :].decode(self.name, "surrogateescape" if self.keeps_stray_bytes else "strict")

    def encode(self, text: str) -> bytes:
        """Return the bytes of a piece of the text, without the mark.

        Raises:
            UnicodeEncodeError: A character has no place in this encoding, or would come back as another one.
        """
        data = text.encode(self.name, "surrogateescape" if self.keeps_stray_bytes else "strict")
        if not text.isascii() and data.decode(self.name, "replace") != text and not self.keeps_stray_bytes:
            back = data.decode(self.name, "replace")
            place = next((i for i, pair in enumerate(zip(text, back, strict=False)) if pair[0] != pair[1]), 0)
            raise UnicodeEncodeError(self.name, text, place, place + 1, "would come back as another character")
        return data


def detect(data: bytes) -> Encoding | None:
    """Return the encoding of a text file with these bytes; ``None`` = it is binary."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            found = Encoding(name=name, mark=mark)
            return found if _is_faithful(found, data) else None
    if b"\0" in data:
        return _without_mark(data)
    if data.isascii():
        return None if _looks_binary(data) else Encoding(name="utf-8")
    for name in _candidates(data):
        if _is_faithful(found := Encoding(name=name), data):
            return found
    return None if _looks_binary(data) else _by_bytes(data)


def _candidates(data: bytes) -> list[str]:
    """Return the names of encodings to try, most trustworthy first."""
    declared = _declared(data)
    if declared is None:
        return ["utf-8", *_japanese(data)]
    names = [declared, _WIDER[declared]] if declared in _WIDER else [declared]
    return [*names, "utf-8"]


def _declared(data: bytes) -> str | None:
    head = data[:_HEAD_BYTES]
    found = re.search(_DECLARED.encode(), head, re.IGNORECASE)
    if found is None:
        return None
    try:
        codec = codecs.lookup(found[1].decode("ascii"))
    except (LookupError, ValueError):
        return None
    is_text = getattr(codec, "_is_text_encoding", True)
    if not is_text or codec.name.startswith(_STATEFUL):
        return None
    return codec.name


def _is_faithful(encoding: Encoding, data: bytes) -> bool:
    try:
        text = encoding.decode(data)
        return "\0" not in text and encoding.mark + encoding.encode(text) == data
    except (UnicodeError, LookupError):
        return False


def _japanese(data: bytes) -> list[str]:
    """Return the Japanese encoding whose syllables are all over the bytes, if there is one.

    Full-width kana are pairs that hardly occur in other encodings: their first bytes are control characters in Latin-1
    (Shift-JIS), or one and the same sign again and again (EUC).
    """
    for name in ("cp932", "euc_jp"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        foreign = [char for char in text if not char.isascii()]
        kana = sum("\u3041" <= char <= "\u30fe" for char in foreign)
        if kana >= 3 and kana * 4 >= len(foreign):
            return [name]
    return []


def _without_mark(data: bytes) -> Encoding | None:
    """Return UTF-16 if every other byte of the whole is a NUL, as in a text of ASCII letters."""
    if len(data) % 2 or len(data) < 4:
        return None
    for name, zeros, letters in (("utf-16-le", data[1::2], data[::2]), ("utf-16-be", data[::2], data[1::2])):
        is_mostly_ascii = zeros.count(0) * 10 >= len(zeros) * 9 and 0 not in letters
        if is_mostly_ascii and _is_faithful(found := Encoding(name=name), data):
            return found
    return None


def _looks_binary(data: bytes) -> bool:
    head = data[:_SNIFF_BYTES]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return data.startswith((b"%PDF-", b"\x1f\x8b", b"\x89PNG", b"PK\x03\x04")) or controls * 50 > len(head)


def _by_bytes(data: bytes) -> Encoding:
    """Return UTF-8 with stray bytes if most of what is not ASCII is UTF-8, else single bytes without a meaning."""
    text = data.decode("utf-8", "surrogateescape")
    strays = sum("\udc80" <= char <= "\udcff" for char in text)
    letters = sum(char > "\x7f" for char in text) - strays
    if letters > strays:
        return Encoding(name="utf-8", keeps_stray_bytes=True)
    return Encoding(name="latin-1", is_guess=True)
