"""What kind of file some bytes begin."""

import struct

import pytest

from aircher.support.file_kinds import Picture, binary_kind, picture

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\x08\x02\0\0\0"
GIF = b"GIF89a" + struct.pack("<HH", 320, 200)
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc0\x00\x11\x08" + struct.pack(">HH", 30, 40) + b"\x03"
WEBP = b"RIFF\0\0\0\0WEBP"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (PNG, Picture("image/png", 640, 480)),
        (GIF, Picture("image/gif", 320, 200)),
        (JPEG, Picture("image/jpeg", 40, 30)),
        (b"\xff\xd8\xff\xd9", Picture("image/jpeg", 0, 0)),
        (WEBP + b"VP8X" + bytes(8) + b"\x0f\0\0\x1f\0\0", Picture("image/webp", 16, 32)),
        (WEBP + b"VP8L" + bytes(5) + struct.pack("<I", 99 | 49 << 14), Picture("image/webp", 100, 50)),
        (WEBP + b"VP8 " + bytes(10) + struct.pack("<HH", 70, 80), Picture("image/webp", 70, 80)),
        (WEBP + b"what", Picture("image/webp", 0, 0)),
        (b"\x89PNG", None),
        (b"", None),
    ],
)
def test_pictures_tell_their_type_and_size(data: bytes, found: Picture | None) -> None:
    assert picture(data) == found


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"\x7fELF\2", "ELF program or library"),
        (bytes(257) + b"ustar\0", "tar archive"),
        (b"\0\0\0 ftypmp42", "MP4 media"),
        (b"\0\1\2", "binary data"),
        (b"", "binary data"),
    ],
)
def test_what_is_no_text_has_a_name(head: bytes, kind: str) -> None:
    assert binary_kind(head) == kind


@pytest.mark.parametrize("data", [PNG, GIF, JPEG, WEBP + b"VP8X" + bytes(14)])
def test_a_picture_that_is_cut_short_is_no_error(data: bytes) -> None:
    found = [picture(data[:length]) for length in range(len(data))]
    assert found[0] is None
