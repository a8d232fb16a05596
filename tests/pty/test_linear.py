"""The interface in plain lines, as the real program in a real terminal."""

import signal

from tests.chat_server import KEY, delta, finish, options, serving, stream
from tests.conftest import Aircher
from tests.terminal import Terminal, terminal

WELCOME = b"/quit leaves"
DRAWN = set("─│╭╮╰╯❯▌✓✗▸▾·…⠋")


def wish(name: str, arguments: str, number: int = 1) -> dict[str, object]:
    function = {"name": name, "arguments": arguments}
    return delta(tool_calls=[{"index": number - 1, "id": f"c{number}", "function": function}])


def answer(window: Terminal, line: bytes, until: bytes) -> None:
    """Type an answer until it counts: one that comes too soon after the question does not."""
    while True:
        seen = len(window.output)
        window.type(line)
        while until not in window.output[seen:] and b"does not count" not in window.output[seen:]:
            assert window.read_some()
        if until in window.output[seen:]:
            return


def shown(window: Terminal) -> str:
    return "\n".join(window.lines())


def test_a_conversation_in_lines_has_no_drawing_and_ends_by_quit(aircher: Aircher) -> None:
    with (
        serving(stream(delta(content="It is \x1b[31mfine\x1b[0m.\nReally."), finish())) as server,
        terminal(
            "--screen-reader", *options(server), cwd=aircher.cwd, environ={**aircher.environ, **KEY}, columns=160
        ) as window,
    ):
        window.read_until(WELCOME)
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
    assert not DRAWN & set(shown(window))


def test_a_dumb_terminal_gets_lines_and_ctrl_d_leaves(aircher: Aircher) -> None:
    environ = {**aircher.environ, "TERM": "dumb"}
    with terminal("--provider", "offline", cwd=aircher.cwd, environ=environ) as window:
        window.read_until(WELCOME)
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
        window.read_until(WELCOME)
        window.type(b"\x03")
        window.read_until(b"Nothing runs")
        window.type(b"tell me\n")
        window.read_until(b"Half an")
        window.type(b"\x03")
        window.read_until(b"ended early: interrupted")
        window.type(b"/quit\n")
        assert window.wait() == 0


def test_questions_are_answered_by_numbers_and_what_came_of_the_call_is_said(aircher: Aircher) -> None:
    first = wish("shell", '{"command": "echo to-be-seen | tee made.txt"}')
    with (
        serving(
            stream(first, finish("tool_calls")),
            stream(wish("write_file", '{"path": "new.txt", "content": "a line\\n"}'), finish("tool_calls")),
            stream(wish("ask_user", '{"question": "Which one?", "choices": ["red", "blue"]}'), finish("tool_calls")),
            stream(delta(content="Done."), finish()),
        ) as server,
        terminal(
            "--screen-reader", *options(server), cwd=aircher.cwd, environ={**aircher.environ, **KEY}, columns=160
        ) as window,
    ):
        window.read_until(WELCOME)
        window.type(b"go\n")
        window.read_until(b"Question: may the tool shell run?")
        window.read_until(b"you may add a reason")
        answer(window, b"perhaps\n", b"This is no answer.")
        assert "Command: echo to-be-seen | tee made.txt" in window.lines()
        answer(window, b"1\n", b"Allowed.")
        window.read_until(b"Question: may the tool write_file run?")
        window.read_until(b"added: a line")
        window.read_until(b"you may add a reason")
        answer(window, b"5 not now\n", b"Not allowed.")
        window.read_until(b"2: blue")
        answer(window, b"2\n", b"Done.")
        window.read_until(b"Ready.")
        window.type(b"/quit\n")
        assert window.wait() == 0
    lines = window.lines()
    assert "to-be-seen" in lines
    assert "Tool shell: echo to-be-seen | tee made.txt" in lines
    assert any(line.startswith("Tool write_file refused") for line in lines)
    assert not (aircher.cwd / "new.txt").exists()
    assert "blue" in str(server.bodies[-1]["messages"])
    assert "not now" in str(server.bodies[-1]["messages"])
    assert not DRAWN & set(shown(window))


def test_lists_are_chosen_from_by_numbers(aircher: Aircher) -> None:
    with terminal("--screen-reader", "--provider", "offline", cwd=aircher.cwd, environ=aircher.environ) as window:
        window.read_until(WELCOME)
        window.type(b"/mode\n")
        window.read_until(b"Which number?")
        window.type(b"1\n")
        window.read_until(b"Permission mode: plan.")
        window.type(b"/thinking\n")
        window.read_until(b"5: high")
        window.read_until(b"An empty line chooses nothing")
        window.type(b"\n")
        window.read_until(b"Nothing is chosen.")
        window.type(b"/theme\n")
        window.read_until(b"Plain lines have no colours, so there is no theme to choose.")
        window.type(b"/config\n")
        window.read_until(b"Settings are changed with /config NAME VALUE.")
        window.type(b"keeper\n")
        window.read_until(b"Ready.")
        window.type(b"/session\n")
        window.read_until(b", 1 turn\r\n")
        window.type(b"\n/help\n")
        window.read_until(b": /memory: show AGENTS.md")
        window.type(b"\n")
        window.type(b"\x04")
        assert window.wait() == 0


def test_what_is_typed_while_a_turn_runs_steers_it(aircher: Aircher) -> None:
    with (
        serving(
            stream(delta(content="Half an\nanswer"), is_whole=False), stream(delta(content="Steered."), finish())
        ) as server,
        terminal("--screen-reader", *options(server), cwd=aircher.cwd, environ={**aircher.environ, **KEY}) as window,
    ):
        window.read_until(WELCOME)
        window.type(b"go\n")
        window.read_until(b"Half an")
        window.type(b"use tabs\n")
        window.read_until(b"1 message waiting.")
        window.type(b"\x03")
        window.read_until(b"An empty line sends them.")
        window.read_until(b"ended early: interrupted")
        window.type(b"\n")
        window.read_until(b"Steered.")
        window.read_until(b"Ready.")
        window.type(b"/quit\n")
        assert window.wait() == 0
    assert "use tabs" in str(server.bodies[-1]["messages"])


def test_a_locale_without_utf_8_is_served_in_its_own_letters(aircher: Aircher) -> None:
    environ = {**aircher.environ, **KEY, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    with (
        serving(stream(delta(content="Zo\u00eb \u2192 \U0001f992."), finish())) as server,
        terminal("--screen-reader", *options(server), cwd=aircher.cwd, environ=environ) as window,
    ):
        window.read_until(WELCOME)
        window.type("Où?\n".encode("latin-1"))
        window.read_until(b"Ready.")
        window.type(b"/quit\n")
        assert window.wait() == 0
    assert "Où?" in str(server.bodies[0]["messages"])
    assert "Zoë ? ?.".encode("latin-1") in window.output


def test_lines_of_a_pipe_are_answered_to_the_end(aircher: Aircher) -> None:
    with serving(stream(delta(content="It is so."), finish())) as server:
        done = aircher("--screen-reader", *options(server), stdin=b"how is it?\n", environ=KEY)
    assert (done.code, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if line][-3:] == ["You: how is it?", "It is so.", "Ready."]


def test_after_sigterm_it_ends_in_order(aircher: Aircher) -> None:
    with terminal("--screen-reader", "--provider", "offline", cwd=aircher.cwd, environ=aircher.environ) as window:
        window.read_until(WELCOME)
        window.process.send_signal(signal.SIGTERM)
        assert window.wait() == 0
