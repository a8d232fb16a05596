"""What kind of file some bytes begin: pictures with their size, and names for what is no text.

Invariant: pure; a beginning that is cut short or forged gives a wrong kind at worst, never an error.
Source: PNG specification, JPEG (ITU T.81) annex B, GIF89a, WebP container specification.
"""

from typing import NamedTuple

_KINDS = (
    (b"%PDF-", "PDF"),
    (b"\x7fELF", "ELF program or library"),
    (b"\xcf\xfa\xed\xfe", "Mach-O program"),
    (b"\xca\xfe\xba\xbe", "Java class or Mach-O program"),
    (b"MZ", "Windows program"),
    (b"PK\x03\x04", "ZIP archive (or a document or package made of one)"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\0", "xz data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"SQLite format 3\0", "SQLite database"),
    (b"\0asm", "WebAssembly module"),
    (b"OggS", "Ogg media"),
    (b"ID3", "MP3 audio"),
    (b"fLaC", "FLAC audio"),
    (b"\0\0\x01\0", "icon"),
    (b"BM", "BMP picture"),
    (b"II*\0", "TIFF picture"),
    (b"MM\0*", "TIFF picture"),
    (b"wOFF", "web font"),
    (b"wOF2", "web font"),
    (b"\x93NUMPY", "NumPy array"),
    (b"\x89HDF", "HDF5 data"),
    (b"PAR1", "Parquet table"),
)


class Picture(NamedTuple):
    """A picture that models can look at: its media type, width and height in pixels (0 = not told)."""

    media_type: str
    width: int
    height: int


def binary_kind(head: bytes) -> str:
    """Return a name for a file that begins like this; ``binary data`` if nothing is known of it."""
    if head[257:262] == b"ustar":
        return "tar archive"
    if head[4:8] == b"ftyp":
        return "MP4 media"
    return next((name for mark, name in _KINDS if head.startswith(mark)), "binary data")


def picture(data: bytes) -> Picture | None:
    """Return what picture the bytes are, or ``None`` if they are none that a model takes."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Picture("image/png", _number(data[16:20]), _number(data[20:24]))
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Picture("image/gif", int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little"))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Picture("image/webp", *_webp_size(data))
    if data.startswith(b"\xff\xd8\xff"):
        return Picture("image/jpeg", *_jpeg_size(data))
    return None


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _webp_size(data: bytes) -> tuple[int, int]:
    match data[12:16]:
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
        case _:
            return 0, 0


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Return the size from the first frame header: segments are walked, each tells its own length."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _number(data[at + 7 : at + 9]), _number(data[at + 5 : at + 7])
        at += 1 if marker == 0xFF else 2 + max(2, _number(data[at + 2 : at + 4]))
    return 0, 0
