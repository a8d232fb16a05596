"""The interface in a real terminal: what a person does with it, from the first key to the shell's prompt after it."""

import signal
import termios

import pytest
from tests.chat_server import KEY, delta, finish, options, serving, stream
from tests.conftest import Aircher
from tests.pty.screens import interface

READY = "Ask, or type /"
HOSTILE = "ok \x1b]0;title\x07 \x1b[2J \x1b]52;c;QUJD\x07 \x9b31m \x1b[8m end"


@pytest.fixture
def seated(aircher: Aircher) -> dict[str, str]:
    """Variables of somebody who sits at a terminal and has a key."""
    return {**aircher.environ, **KEY, "EDITOR": "false"}


def test_a_prompt_is_answered_and_the_terminal_is_given_back(aircher: Aircher, seated: dict[str, str]) -> None:
    with (
        serving(stream(delta(content="# Zoo\n\nIt is **bold**."), finish())) as server,
        interface(*options(server), cwd=aircher.cwd, environ=seated) as screen,
    ):
        before = termios.tcgetattr(screen.window.master)
        screen.until(READY)
        screen.type("what is it?\r")
        text = screen.until("It is bold.")
        assert "▌ what is it?" in text
        assert "**" not in text
        screen.until(READY)
        screen.type("\x04")
        assert screen.window.wait() == 0
        assert termios.tcgetattr(screen.window.master)[:4] == before[:4] or screen.window.process.returncode == 0
    ended = screen.window.output.rpartition(b"\x1b[?1049l")[2]
    assert b"\x1b[?25h" in ended
    assert b"\x1b[?2004l" in screen.window.output


def test_words_on_the_command_line_are_sent_and_the_session_is_gone_on_with(
    aircher: Aircher, seated: dict[str, str]
) -> None:
    with serving(
        stream(delta(content="first answer"), finish()), stream(delta(content="second answer"), finish())
    ) as server:
        with interface("tell", "me", *options(server), cwd=aircher.cwd, environ=seated) as screen:
            screen.until("first answer")
            screen.until(READY)
            screen.type("\x04")
            assert screen.window.wait() == 0
        with interface("-c", *options(server), cwd=aircher.cwd, environ=seated) as screen:
            screen.until(lambda text: "tell me" in text and "first answer" in text)
            screen.type("and?\r")
            screen.until("second answer")
            screen.type("\x03\x03")
            assert screen.window.wait() == 0


def test_keys_typed_before_it_was_ready_are_there(aircher: Aircher, seated: dict[str, str]) -> None:
    with interface("--provider", "offline", cwd=aircher.cwd, environ=seated) as screen:
        screen.type("typed blindly")
        screen.until("❯ typed blindly")
        screen.type("\x03")
        screen.until(READY)
        screen.type("\x03\x03")
        assert screen.window.wait() == 0


def test_escape_interrupts_and_the_prompt_can_be_used_again(aircher: Aircher, seated: dict[str, str]) -> None:
    with (
        serving(
            stream(delta(content="Half an answer"), is_whole=False), stream(delta(content="Another"), finish())
        ) as server,
        interface(*options(server), cwd=aircher.cwd, environ=seated) as screen,
    ):
        screen.until(READY)
        screen.type("go\r")
        screen.until("Half an answer")
        screen.type("\x1b")
        screen.until("interrupted")
        screen.type("again\r")
        screen.until("Another")


def test_consent_is_asked_with_the_effects_and_a_yes_runs_the_call(aircher: Aircher, seated: dict[str, str]) -> None:
    call = delta(
        tool_calls=[
            {
                "index": 0,
                "id": "call-1",
                "type": "function",
                "function": {"name": "shell", "arguments": '{"command": "echo made > made.txt"}'},
            }
        ]
    )
    with (
        serving(stream(call, finish("tool_calls")), stream(delta(content="It is done."), finish())) as server,
        interface(*options(server), cwd=aircher.cwd, environ=seated, columns=100, rows=30) as screen,
    ):
        screen.until(READY)
        screen.type("make it\r")
        text = screen.until("Yes, once")
        assert "$ echo made > made.txt" in text
        screen.until("1-7 answer")  # before, keys are not for the box
        screen.type("1")
        screen.until("It is done.")
    assert (aircher.cwd / "made.txt").read_text() == "made\n"


def test_it_fits_into_any_size_while_it_streams(aircher: Aircher, seated: dict[str, str]) -> None:
    text = " ".join(f"word{number}" for number in range(60))
    with (
        serving(stream(*[delta(content=f"{word} ") for word in text.split()], finish())) as server,
        interface(*options(server), cwd=aircher.cwd, environ=seated, columns=100, rows=30) as screen,
    ):
        screen.until(READY)
        screen.type("go\r")
        screen.until("word0")
        for columns, rows in ((40, 12), (120, 40), (60, 20)):
            screen.resize(columns, rows)
            screen.until(lambda text: "❯" in text and "word59" in text)
            assert all(len(row) <= columns for row in screen.rows)


def test_a_paste_of_a_megabyte_is_one_chip_and_nothing_is_sent(aircher: Aircher, seated: dict[str, str]) -> None:
    with interface("--provider", "offline", cwd=aircher.cwd, environ=seated) as screen:
        screen.until(READY)
        lines = "x" * 99 + "\n"
        for piece in ("\x1b[200~", *[lines * 100] * 100, "\x1b[201~"):
            screen.type(piece)
            while screen.window.has_output():
                screen.window.read_some()
        text = screen.until("pasted")
        assert "10,000 lines" in text or "10000 lines" in text or "10,001 lines" in text
        assert "▌" not in text


def test_sequences_of_a_model_never_reach_the_terminal(aircher: Aircher, seated: dict[str, str]) -> None:
    with (
        serving(stream(delta(content=HOSTILE), finish())) as server,
        interface(*options(server), cwd=aircher.cwd, environ=seated) as screen,
    ):
        screen.until(READY)
        screen.type("go\r")
        screen.until("end")
        assert b"\x1b]0;title" not in screen.window.output
        assert b"\x1b]52;c;QUJD" not in screen.window.output
        assert b"\x1b[8m" not in screen.window.output
        assert b"\xc2\x9b" not in screen.window.output


def test_commands_and_boxes_open_by_key_and_by_name(aircher: Aircher, seated: dict[str, str]) -> None:
    with interface("--provider", "offline", cwd=aircher.cwd, environ=seated, columns=100, rows=30) as screen:
        screen.until(READY)
        for keys, title in (
            ("\x10", "Palette"),
            ("?", "Help"),
            ("/config\r", "Settings"),
            ("/mode\r", "Permission mode"),
            ("/thinking\r", "Thinking"),
            ("/theme\r", "Theme"),
            ("/session\r", "Sessions"),
            ("/model\r", "Model"),
            ("/provider\r", "Provider"),
        ):
            screen.type(keys)
            screen.until(f"╭─ {title}")
            screen.type("\x1b")
            screen.without("╭─ ")
        screen.type("/status\r")
        screen.until("bubblewrap" if "bubblewrap" in screen.text else "offline")
        screen.type("\x14")
        screen.until("Aircher itself")
        screen.type("/nonsense\r")
        screen.until("there is no command /nonsense")


def test_after_sigterm_the_terminal_is_given_back(aircher: Aircher, seated: dict[str, str]) -> None:
    with interface("--provider", "offline", cwd=aircher.cwd, environ=seated) as screen:
        screen.until(READY)
        screen.window.process.send_signal(signal.SIGTERM)
        screen.window.wait()
    assert b"\x1b[?1049l" in screen.window.output


def test_without_a_terminal_the_remedy_is_told(aircher: Aircher) -> None:
    done = aircher("explain", "this")
    assert done.code == 2
    assert 'hint: aircher -p "explain this"' in done.stderr


def test_a_wrong_option_leaves_no_picture_behind(aircher: Aircher, seated: dict[str, str]) -> None:
    with interface("--provider", "nobody", cwd=aircher.cwd, environ=seated) as screen:
        screen.until("There is no provider nobody")
        screen.type("\x04")
        assert screen.window.wait() == 0
    with interface("--bogus", cwd=aircher.cwd, environ=seated) as screen:
        assert screen.window.wait() == 2
    assert b"unrecognized arguments: --bogus" in screen.window.output.rpartition(b"\x1b[?1049l")[2]


def test_below_the_shell_the_conversation_stays_in_the_scrollback(aircher: Aircher, seated: dict[str, str]) -> None:
    answer = "\n\n".join(f"paragraph {number}" for number in range(40))
    with (
        serving(stream(delta(content=answer), finish())) as server,
        interface("--inline", *options(server), cwd=aircher.cwd, environ=seated) as screen,
    ):
        screen.until(READY)
        screen.type("go\r")
        screen.until("paragraph 39")
        screen.until(READY)
        screen.type("\x04")
        assert screen.window.wait() == 0
    lines = screen.window.lines()
    assert [line for line in lines if line.startswith("paragraph")] == [f"paragraph {at}" for at in range(40)]
    assert b"\x1b[?1049h" not in screen.window.output


def test_a_recorded_session_is_played_without_a_model(aircher: Aircher, seated: dict[str, str]) -> None:
    with serving(stream(delta(content="It was **so**."), finish())) as server:
        assert aircher("-p", "how was it?", *options(server), environ=KEY).code == 0
    (line,) = aircher("sessions", "list").stdout.splitlines()[:1]
    with interface("dev", "replay", line.split()[0], "--speed", "0", cwd=aircher.cwd, environ=seated) as screen:
        screen.until("It was so.")
        screen.type("more\r")
        screen.until("this is a replay")
        screen.type("\x04")
        assert screen.window.wait() == 0
    done = aircher("dev", "replay", "x")
    assert (done.code, "a replay needs a terminal" in done.stderr) == (2, True)


def test_the_find_bar_finds_and_the_view_scrolls(aircher: Aircher, seated: dict[str, str]) -> None:
    answer = "\n\n".join(f"needle {number}" if number % 10 == 0 else f"hay {number}" for number in range(60))
    with (
        serving(stream(delta(content=answer), finish())) as server,
        interface(*options(server), cwd=aircher.cwd, environ=seated) as screen,
    ):
        screen.until(READY)
        screen.type("go\r")
        screen.until("hay 59")
        screen.type("\x06needle 20")
        screen.until(lambda text: "1/1" in text and "needle 20" in text)
        screen.type("\x1b")
        screen.without("find:")
        screen.type("\x1b[1;5F")
        screen.until("hay 59")
        screen.type("\x1b[1;5H")
        screen.until("▌ go")


def test_messages_wait_in_two_lanes_and_are_edited(aircher: Aircher, seated: dict[str, str]) -> None:
    with (
        serving(
            stream(delta(content="Half an answer"), is_whole=False), stream(delta(content="Then"), finish())
        ) as server,
        interface(*options(server), cwd=aircher.cwd, environ=seated, columns=100, rows=30) as screen,
    ):
        screen.until(READY)
        screen.type("go\r")
        screen.until("Half an answer")
        screen.type("steer it\r")
        screen.until("steer │ steer it")
        screen.type("then this\t")
        screen.until("queue │ then this")
        screen.type("\x1bq")
        screen.until("╭─ Waiting messages")
        screen.type("\x1b")
        screen.without("╭─ ")
        screen.type("\x1b")
        screen.until("paused: an empty Enter goes on")


def test_without_a_session_to_go_on_with_a_new_one_begins(aircher: Aircher, seated: dict[str, str]) -> None:
    with interface("-c", "--provider", "offline", cwd=aircher.cwd, environ=seated) as screen:
        screen.until(lambda text: "there is no session in this project to go on with" in text and "offline/" in text)
        screen.type("where is feed_animal defined?\r")
        screen.until("src/keeper.py:7")


def test_turns_that_are_not_held_are_read_when_one_scrolls_to_them(aircher: Aircher, seated: dict[str, str]) -> None:
    with serving(stream(delta(content="an answer\n\nof two paragraphs"), finish())) as server:
        with interface(*options(server), cwd=aircher.cwd, environ=seated) as screen:
            screen.until("ask · ")
            for number in range(16):
                screen.type(f"prompt {number}\r")
                screen.until(f"▌ prompt {number}")
                screen.until(lambda text: "waiting" not in text and "works" not in text)
            screen.type("\x04")
            assert screen.window.wait() == 0
        with interface("-c", *options(server), cwd=aircher.cwd, environ=seated) as screen:
            screen.until("▌ prompt 15")
            screen.type("\x1b[1;5H")
            screen.until("▌ prompt 0")
            screen.type("\x1b[1;5F")
            screen.until("▌ prompt 15")


def test_vi_keys_hold_from_the_start_if_they_are_configured(aircher: Aircher, seated: dict[str, str]) -> None:
    arguments = ("--provider", "offline", "--config", "interface.vim_mode=true")
    with interface(*arguments, cwd=aircher.cwd, environ=seated) as screen:
        screen.until("INSERT")
        screen.type("one two")
        screen.until("one two")
        screen.type("\x1b")
        screen.until("NORMAL")
        screen.type("bcwthree")
        screen.until("one three")
