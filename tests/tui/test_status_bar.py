"""The status bar tells the truth, the most important first."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.tui.looks import LOOK, PLAIN_LOOK, roles

from aircher.tui.look import Role
from aircher.tui.status_bar import Status, status_row

FULL = Status(
    provider="openai",
    model="gpt-6-luna",
    mode="ask",
    state="thinking",
    sandbox="bubblewrap",
    context_tokens=12_400,
    window_tokens=200_000,
    tokens_per_s=85.4,
    turn_usd=0.0123,
    session_usd=1.5,
    budget_left_usd=8.5,
    waiting=2,
    elsewhere=1,
)


def test_everything_is_told_where_there_is_room() -> None:
    assert status_row(FULL, 140, LOOK).text.rstrip() == (
        " thinking · ask · openai/gpt-6-luna · 2 waiting · 12.4k/200k 6% · 85 tok/s · $0.0123 of $1.50 · $8.50 left"
        " · bubblewrap · 1 elsewhere ⠋"
    )


def test_a_narrow_bar_keeps_the_mode_and_the_state() -> None:
    assert status_row(FULL, 20, PLAIN_LOOK).text == " thinking - ask     "


def test_that_nothing_holds_commands_is_told_before_any_figure() -> None:
    shown = status_row(replace(FULL, sandbox="no sandbox", waiting=0), 32, LOOK).text.rstrip()
    assert shown == " thinking · ask · no sandbox"
    assert "bubblewrap" in status_row(replace(FULL, waiting=0), 70, LOOK).text
    assert "left" not in status_row(replace(FULL, waiting=0), 70, LOOK).text


def test_what_is_unknown_is_not_told() -> None:
    assert status_row(Status(provider="ollama", model="x", mode="plan"), 60, LOOK).text.rstrip() == " plan · ollama/x"


def test_a_window_that_is_almost_full_is_a_warning() -> None:
    row = status_row(replace(FULL, context_tokens=170_000), 140, LOOK)
    assert ("170k/200k 85%", Role.WARNING) in [(text.strip(), role) for text, role in roles(row.spans)]


@given(st.integers(0, 300), st.text(max_size=20), st.text(max_size=20))
def test_the_bar_is_exactly_as_wide_as_the_screen(width: int, model: str, state: str) -> None:
    assert status_row(replace(FULL, model=model, state=state), width, LOOK).width == width
