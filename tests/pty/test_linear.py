"""The interface in plain lines, as the real program in a real terminal."""

from tests.chat_server import KEY, delta, finish, options, serving, stream
from tests.conftest import Aircher
from tests.terminal import Terminal, terminal


def shown(window: Terminal) -> str:
    return "\n".join(window.lines())


def test_a_conversation_in_lines_has_no_drawing_and_ends_by_quit(aircher: Aircher) -> None:
    with (
        serving(stream(delta(content="It is \x1b[31mfine\x1b[0m.\nReally."), finish())) as server,
        terminal(
            "--screen-reader", *options(server), cwd=aircher.cwd, environ={**aircher.environ, **KEY}, columns=160
        ) as window,
    ):
        window.read_until(b"/quit leaves")
        window.type(b"how is it?\n")
        window.read_until(b"Ready.")
        window.type(b"/todo\n")
        window.read_until(b"keeps no list")
        window.type(b"/vmi\n")
        window.read_until(b"Remedy: /vim")
        window.type(b"/quit\n")
        assert window.wait() == 0
    lines = window.lines()
    at = lines.index("You: how is it?")
    answered = [line for line in lines[at:] if line]
    assert answered[:4] == ["You: how is it?", "It is fine.", "Really.", "Ready."]
    assert window.foreign_controls() == []
    assert not set("─│╭╰❯▌") & set(shown(window))


def test_a_dumb_terminal_gets_lines_and_ctrl_d_leaves(aircher: Aircher) -> None:
    environ = {**aircher.environ, "TERM": "dumb"}
    with terminal("--provider", "offline", cwd=aircher.cwd, environ=environ) as window:
        window.read_until(b"/quit leaves")
        window.type(b"where is feed_animal defined?\n")
        window.read_until(b"Ready.")
        window.type(b"\x04")
        assert window.wait() == 0
    assert "src/keeper.py:7" in shown(window)


def test_ctrl_c_interrupts_the_turn_and_the_program_stays(aircher: Aircher) -> None:
    with (
        serving(stream(delta(content="Half an\nanswer"), is_whole=False)) as server,
        terminal("--screen-reader", *options(server), cwd=aircher.cwd, environ={**aircher.environ, **KEY}) as window,
    ):
        window.read_until(b"/quit leaves")
        window.type(b"\x03")
        window.read_until(b"Nothing runs")
        window.type(b"tell me\n")
        window.read_until(b"Half an")
        window.type(b"\x03")
        window.read_until(b"ended early: interrupted")
        window.type(b"/quit\n")
        assert window.wait() == 0
