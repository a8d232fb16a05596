"""What a person sees: the real program in a real pseudo-terminal, read through a terminal emulator."""

import time
from collections.abc import Mapping

import pyte
import pytest
from tests.chat_server import KEY, delta, finish, options, serving, stream
from tests.conftest import Aircher
from tests.terminal import Terminal, elapsed_s, terminal

from aircher.oneshot.markdown import Renderer

QUESTION = ("-p", "where is feed_animal defined?", "--provider", "offline")
SIZES = [(80, 24), (40, 12)]
HOSTILE = "ok \x1b]0;title\x07 \x1b[2J \x1b]52;c;QUJD\x07 \x9b31m \x1b[8m end\n"


def looked_up(aircher: Aircher, *arguments: str, **variables: str) -> Terminal:
    with terminal(*arguments, cwd=aircher.cwd, environ={**aircher.environ, **variables}) as window:
        assert window.wait() == 0
    return window


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_an_answer_is_rendered_and_streaming_ends_like_the_whole(aircher: Aircher, columns: int, rows: int) -> None:
    source = aircher(*QUESTION).stdout
    with terminal(*QUESTION, cwd=aircher.cwd, environ=aircher.environ, columns=columns, rows=rows) as window:
        assert window.wait() == 0
    whole = pyte.Screen(columns, 200)
    pyte.Stream(whole).feed("\r\n".join(Renderer(columns - 1).render(source)))
    shown = window.lines()
    assert shown == "\n".join(line.rstrip() for line in whole.display).rstrip("\n").split("\n")
    assert "src/keeper.py:7" in " ".join(shown)
    assert "`" not in "".join(shown)
    assert b"\x1b[33m" in window.output
    assert (window.screen.cursor.x, window.foreign_controls()) == (0, [])


def test_headings_and_bold_of_a_model_are_styled_not_spelled(aircher: Aircher) -> None:
    with serving(
        stream(delta(content="# Zo"), delta(content="o\n\nIt is **bo"), delta(content="ld**."), finish())
    ) as at:
        window = looked_up(aircher, "-p", "hi", *options(at), **KEY)
    assert window.lines() == ["Zoo", "", "It is bold."]
    assert window.screen.buffer[0][0].bold
    assert window.screen.buffer[2][6].bold
    assert not window.screen.buffer[2][0].bold


def test_ctrl_c_in_a_stream_ends_in_130_and_leaves_the_terminal_sane(aircher: Aircher) -> None:
    with (
        serving(stream(delta(content="Half an **answer"), is_whole=False)) as server,
        terminal("-p", "hi", *options(server), cwd=aircher.cwd, environ={**aircher.environ, **KEY}) as window,
    ):
        window.read_until(b"answer")
        started_s = time.monotonic()
        window.type(b"\x03")
        assert window.wait() == 130
        assert elapsed_s(started_s) < 5
    assert window.lines()[-1].startswith("Half an")
    assert window.screen.cursor.x == 0
    assert window.screen.cursor.attrs == window.screen.default_char
    assert b"Traceback" not in window.output


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colours_the_text_is_plain(aircher: Aircher, variables: Mapping[str, str]) -> None:
    source = aircher(*QUESTION).stdout
    window = looked_up(aircher, *QUESTION, **variables)
    assert b"\x1b[3" not in window.output
    assert window.output.replace(b"\r\x1b[2K", b"").decode().replace("\r\n", "\n").endswith(source)
    if variables.get("TERM") == "dumb":
        assert b"\x1b" not in window.output


def test_markdown_on_a_terminal_is_the_source(aircher: Aircher) -> None:
    source = aircher(*QUESTION).stdout
    window = looked_up(aircher, *QUESTION, "--output-format", "markdown")
    assert window.lines() == source.rstrip("\n").split("\n")


def test_a_terminal_on_stdin_is_not_read(aircher: Aircher) -> None:
    with serving(stream(delta(content="ok"), finish())) as server:
        looked_up(aircher, "-p", "hi", *options(server), **KEY)
    assert server.bodies[0]["messages"][-1] == {"role": "user", "content": "hi"}  # type: ignore[index]  # parsed JSON


@pytest.mark.parametrize("extra", [(), ("--output-format", "markdown"), ("--no-color",)])
def test_a_model_cannot_command_the_terminal(aircher: Aircher, extra: tuple[str, ...]) -> None:
    call = {"index": 0, "id": "c", "function": {"name": "x\x1b]0;y\x07", "arguments": "{}"}}
    answers = (
        stream(delta(reasoning_content=HOSTILE), delta(content=HOSTILE, tool_calls=[call]), finish("tool_calls")),
        stream(delta(content=HOSTILE), finish()),
    )
    with serving(*answers) as server:
        window = looked_up(aircher, "-p", "hi", *options(server), *extra, **KEY)
    assert window.foreign_controls() == []
    assert "end" in window.lines()[-1]
    shown = looked_up(aircher, "sessions", "show", aircher("sessions", "list").stdout.split()[0])
    assert shown.foreign_controls() == []


def test_what_is_read_before_the_first_answer_is_told_and_then_gone(aircher: Aircher) -> None:
    window = looked_up(aircher, *QUESTION)
    assert b"Reading the project: 4 of 4 files" in window.output
    assert not any("Reading" in line for line in window.lines())
