"""Pictures from the clipboard, handed out by programs that may hang, print without end, or print something else."""

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from aircher.domain.errors import AircherError
from aircher.workspace.clipboard import MAX_PICTURE_BYTES, DesktopClipboard

Install = Callable[[str, str], None]


def png() -> bytes:
    """A picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The only folder on PATH in which desktops' programs are looked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


@pytest.fixture
def install(programs: Path, tmp_path: Path) -> Install:
    """Install a program that is a shell script; ``$PICTURE`` in it is the file of a picture."""
    (tmp_path / "a.png").write_bytes(png())

    def write(name: str, script: str) -> None:
        path = programs / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\nPICTURE='{tmp_path}/a.png'\n{script}\n")
        path.chmod(0o755)

    return write


def clipboard(programs: Path, *, platform: str = "linux", **variables: str) -> DesktopClipboard:
    return DesktopClipboard({"PATH": str(programs), **variables}, platform=platform)


async def test_wayland_hands_out_the_picture(install: Install, programs: Path) -> None:
    install("wl-paste", 'test "$*" = "--no-newline --type image/png" && cat "$PICTURE"')
    assert await clipboard(programs, WAYLAND_DISPLAY="wayland-0", DISPLAY=":0").picture() == png()


async def test_an_x_server_hands_out_the_picture(install: Install, programs: Path) -> None:
    install("xclip", 'test "$*" = "-selection clipboard -target image/png -out" && cat "$PICTURE"')
    assert await clipboard(programs, DISPLAY=":0").picture() == png()


async def test_wayland_without_its_program_falls_back_to_the_x_server(install: Install, programs: Path) -> None:
    install("xclip", 'cat "$PICTURE"')
    assert await clipboard(programs, WAYLAND_DISPLAY="wayland-0", DISPLAY=":0").picture() == png()


async def test_a_mac_hands_out_the_picture(install: Install, programs: Path) -> None:
    install("pngpaste", 'test "$*" = - && cat "$PICTURE"')
    assert await clipboard(programs, platform="darwin").picture() == png()


async def test_a_mac_without_pngpaste_is_asked_in_its_own_language(install: Install, programs: Path) -> None:
    install("osascript", f"printf '\\302\\253data PNGf{png().hex().upper()}\\302\\273\\n'")
    assert await clipboard(programs, platform="darwin").picture() == png()


@pytest.mark.parametrize(
    "script", ["echo 'No suitable type' >&2; exit 1", "echo text", "exit 0", "printf 'GIF89a0000'"]
)
async def test_what_is_no_png_is_no_picture(install: Install, programs: Path, script: str) -> None:
    install("wl-paste", script)
    install("osascript", script)
    assert await clipboard(programs, WAYLAND_DISPLAY="w").picture() is None
    assert await clipboard(programs, platform="darwin").picture() is None


async def test_a_program_that_hangs_is_ended_with_what_it_started(
    install: Install, programs: Path, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "alive")
    install("xclip", f"exec 3>{tmp_path}/alive; sleep 600 & wait")
    alive = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(AircherError, match="did not hand out the clipboard in time"):
        await clipboard(programs, DISPLAY=":0").picture(deadline_s=0.5)
    os.set_blocking(alive, True)
    assert os.read(alive, 1) == b""  # once nobody is left who could write into it
    os.close(alive)


async def test_a_program_that_leaves_another_one_with_its_pipe_does_not_hold_us(
    install: Install, programs: Path
) -> None:
    install("xclip", "sleep 600 &")
    with pytest.raises(AircherError, match="in time"):
        await clipboard(programs, DISPLAY=":0").picture(deadline_s=0.3)


async def test_more_than_any_vendor_takes_is_refused(install: Install, programs: Path) -> None:
    install("xclip", 'cat "$PICTURE"; cat /dev/zero')
    with pytest.raises(AircherError, match="larger than 20 MiB"):
        await clipboard(programs, DISPLAY=":0").picture()


async def test_a_picture_as_large_as_allowed_is_taken(install: Install, programs: Path) -> None:
    install("xclip", f'cat "$PICTURE"; head -c {MAX_PICTURE_BYTES - len(png())} /dev/zero')
    found = await clipboard(programs, DISPLAY=":0").picture()
    assert found is not None
    assert len(found) == MAX_PICTURE_BYTES


async def test_programs_get_no_keys(install: Install, programs: Path) -> None:
    install("xclip", 'test -z "$OPENAI_API_KEY" && test "$DISPLAY" = :0 && cat "$PICTURE"')
    assert await clipboard(programs, DISPLAY=":0", OPENAI_API_KEY="x").picture() == png()


async def test_without_a_program_the_user_is_told_which_one_to_install(programs: Path) -> None:
    with pytest.raises(AircherError, match="wl-paste or xclip is not installed") as caught:
        await clipboard(programs, WAYLAND_DISPLAY="w", DISPLAY=":0").picture()
    assert caught.value.hint == "install wl-clipboard"


async def test_without_a_desktop_there_is_no_clipboard(programs: Path) -> None:
    with pytest.raises(AircherError, match="neither WAYLAND_DISPLAY nor DISPLAY"):
        await clipboard(programs).picture()


async def test_a_program_that_cannot_be_started_is_told(programs: Path) -> None:
    path = programs / "xclip"
    path.write_text("#!/nowhere/at/all\n")
    path.chmod(0o755)
    with pytest.raises(AircherError, match="cannot be started: No such file"):
        await clipboard(programs, DISPLAY=":0").picture()
