"""The picture in the desktop's clipboard, as one of the programs hands it out that every desktop has one of.

Invariant: a program gets `DEADLINE_S` and `MAX_PICTURE_BYTES`; one that takes or prints more is ended with all it
started. What is returned is a PNG. Not its job: text, which terminals paste themselves.
"""

import asyncio
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from aircher.domain.errors import AircherError
from aircher.support.child_environment import child_environment
from aircher.support.file_kinds import picture

MAX_PICTURE_BYTES = 20 * 1024 * 1024  # the largest that any vendor takes
DEADLINE_S = 5.0  # wl-paste and xclip wait for the program that owns the clipboard, and that may hang
_READ_BYTES = 1 << 16
_APPLE_SCRIPT = "get the clipboard as «class PNGf»"
_APPLE_DATA = re.compile(rb"\xc2\xabdata PNGf([0-9A-Fa-f]*)\xc2\xbb")


class _Reader(NamedTuple):
    """A program that prints the picture; ``is_hexadecimal`` = as AppleScript writes data."""

    words: tuple[str, ...]
    package: str
    is_hexadecimal: bool = False


_WAYLAND = (_Reader(("wl-paste", "--no-newline", "--type", "image/png"), "wl-clipboard"),)
_X11 = (_Reader(("xclip", "-selection", "clipboard", "-target", "image/png", "-out"), "xclip"),)
_MACOS = (
    _Reader(("pngpaste", "-"), "pngpaste"),
    _Reader(("osascript", "-e", _APPLE_SCRIPT), "osascript", is_hexadecimal=True),
)


class DesktopClipboard:
    """What was copied last on the machine that Aircher runs on."""

    def __init__(self, environ: Mapping[str, str], *, platform: str = sys.platform) -> None:
        """Take the variables that say which desktop it is (``WAYLAND_DISPLAY``, ``DISPLAY``) and where programs are."""
        self._environ = environ
        self._readers = tuple(_readers(environ, platform))

    async def picture(self, *, deadline_s: float = DEADLINE_S) -> bytes | None:
        """Return the picture as a PNG; ``None`` = there is none.

        Raises:
            AircherError: There is no desktop or no program to ask, it took too long, or the picture is too large.
        """
        return await asyncio.to_thread(self._picture, time.monotonic() + deadline_s)

    def _picture(self, ends_at_s: float) -> bytes | None:
        if not self._readers:
            raise AircherError(
                "there is no clipboard here: neither WAYLAND_DISPLAY nor DISPLAY is set",
                hint="paste the path of the picture's file",
            )
        for reader in self._readers:
            program = shutil.which(reader.words[0], path=self._environ.get("PATH", os.defpath))
            if program is not None:
                words = (program, *reader.words[1:])
                most_bytes = 2 * MAX_PICTURE_BYTES + 100 if reader.is_hexadecimal else MAX_PICTURE_BYTES
                printed = _printed(words, child_environment(self._environ), most_bytes, ends_at_s)
                return _as_png(_decoded(printed) if reader.is_hexadecimal else printed)
        names = " or ".join(reader.words[0] for reader in self._readers)
        raise AircherError(
            f"the clipboard cannot be read: {names} is not installed", hint=f"install {self._readers[0].package}"
        )


def _readers(environ: Mapping[str, str], platform: str) -> Iterator[_Reader]:
    if platform == "darwin":
        yield from _MACOS
        return
    if environ.get("WAYLAND_DISPLAY"):
        yield from _WAYLAND
    if environ.get("DISPLAY"):
        yield from _X11


def _printed(words: Sequence[str], environ: Mapping[str, str], most_bytes: int, ends_at_s: float) -> bytes:
    """Return what a program prints; nothing if it fails, as all of them do where no picture is.

    Raises:
        AircherError: It cannot be started, takes too long or prints too much.
    """
    name = words[0]
    try:
        running = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environ,
            start_new_session=True,  # all it starts can be ended with it, and nothing gets at our terminal
        )
    except OSError as exc:
        raise AircherError(f"{name} cannot be started: {exc.strerror}", hint="reinstall it") from exc
    try:
        output = _read(running, most_bytes, ends_at_s)
        running.wait(max(0.0, ends_at_s - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired) as exc:
        raise AircherError(f"{name} did not hand out the clipboard in time", hint="copy the picture again") from exc
    finally:
        _end(running)
    if len(output) > most_bytes:
        raise AircherError("the picture in the clipboard is larger than 20 MiB", hint="make it smaller")
    return output if running.returncode == 0 else b""


def _read(running: "subprocess.Popen[bytes]", most_bytes: int, ends_at_s: float) -> bytes:
    """Return all it prints, or a little more than ``most_bytes`` of it.

    Raises:
        TimeoutError: It is not done by then.
    """
    output = bytearray()
    with selectors.DefaultSelector() as selector:
        pipe = running.stdout
        assert pipe is not None  # it was asked for
        selector.register(pipe, selectors.EVENT_READ)
        while len(output) <= most_bytes:
            if not selector.select(max(0.0, ends_at_s - time.monotonic())):
                raise TimeoutError
            piece = os.read(pipe.fileno(), _READ_BYTES)
            if not piece:
                return bytes(output)
            output += piece
    _kill(running)  # nobody reads the rest
    return bytes(output)


def _end(running: "subprocess.Popen[bytes]") -> None:
    """End what goes on of it, and take back its pipe."""
    if running.returncode is None:
        _kill(running)
    with running:  # closes the pipe and waits
        pass


def _kill(running: "subprocess.Popen[bytes]") -> None:
    """End it and what it started: its group's number stays taken until it is waited for."""
    with suppress(ProcessLookupError, PermissionError):  # macOS answers so if only a zombie is left
        os.killpg(running.pid, signal.SIGKILL)


def _decoded(printed: bytes) -> bytes:
    """Return the bytes in what AppleScript writes: ``«data PNGf…»`` with two digits a byte."""
    found = _APPLE_DATA.search(printed)
    digits = found[1] if found else b""
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))


def _as_png(data: bytes) -> bytes | None:
    found = picture(data)
    return data if found is not None and found.media_type == "image/png" else None
