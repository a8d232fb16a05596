"""Bytes come back as they were, or the file is not taken for text."""

import pytest

from aircher.support.encodings import Encoding, detect

JAPANESE = "# 漢字とカナとひらがな\nprint('これはテストです')\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", Encoding(name="utf-8")),
        (b"plain\n", Encoding(name="utf-8")),
        ("café".encode(), Encoding(name="utf-8")),
        (b"\xef\xbb\xbfcaf\xc3\xa9", Encoding(name="utf-8", mark=b"\xef\xbb\xbf")),
        ("é".encode("utf-16"), Encoding(name="utf-16-le", mark=b"\xff\xfe")),
        (b"\xfe\xff" + "é".encode("utf-16-be"), Encoding(name="utf-16-be", mark=b"\xfe\xff")),
        ("hello there".encode("utf-16-le"), Encoding(name="utf-16-le")),
        ("hello there".encode("utf-16-be"), Encoding(name="utf-16-be")),
        (b"caf\xe9\n", Encoding(name="latin-1", is_guess=True)),
        ("café naïve ".encode() + b"\xe9", Encoding(name="utf-8", keeps_stray_bytes=True)),
        (b"# -*- coding: latin-1 -*-\ncaf\xe9\n", Encoding(name="iso8859-1")),
        (b'<?xml version="1.0" encoding="cp1252"?>\n\x93a\x94', Encoding(name="cp1252")),
        (b'<meta charset="koi8-r">\n\xf0\xf2', Encoding(name="koi8-r")),
        (("# coding: euc_jp\n" + JAPANESE).encode("euc_jp"), Encoding(name="euc_jp")),
        (JAPANESE.encode("shift_jis"), Encoding(name="cp932")),
        (JAPANESE.encode("euc_jp"), Encoding(name="euc_jp")),
        (b"# coding: rot13\nabc \xe9", Encoding(name="latin-1", is_guess=True)),
        (b"# coding: no-such-thing\n\xc3\xa9", Encoding(name="utf-8")),
    ],
)
def test_the_encoding_is_found_and_gives_the_same_bytes_back(data: bytes, encoding: Encoding) -> None:
    assert detect(data) == encoding
    assert encoding.mark + encoding.encode(encoding.decode(data)) == data


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0\0", b"\0\1\2\3", b"%PDF-1.7\n\xff\xff", bytes(range(1, 32)) * 20, b"\xff\xfea"],
)
def test_binary_is_no_text(data: bytes) -> None:
    assert detect(data) is None


def test_a_character_that_would_come_back_as_another_is_not_written() -> None:
    with pytest.raises(UnicodeEncodeError, match="another character"):
        Encoding(name="shift_jis").encode("¥")
