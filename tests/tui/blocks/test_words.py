"""Blocks that are mostly words: prompts, answers, reasoning, and what is said between them."""

import re

import pytest
from tests.tui.blocks.scene import FULL, LOOK, PLAIN_LOOK, STILL, THEME, Scene, drawn
from tests.tui.markdown.oracle import markdown_rows

from aircher.domain.events import ErrorRaised, RetryScheduled, StopReason, TurnFinished
from aircher.domain.messages import ImagePart, TextPart
from aircher.domain.usage import Usage
from aircher.tui.blocks.answer import AnswerBlock
from aircher.tui.blocks.growing import GrowingRows
from aircher.tui.blocks.notice import NoticeBlock
from aircher.tui.blocks.thinking import ThinkingBlock
from aircher.tui.blocks.turn import ErrorBlock, RetryBlock, TurnEndBlock
from aircher.tui.blocks.user import UserBlock
from aircher.tui.look import Look, Role

OPEN = Look(theme=THEME, shows_thinking=True)


def retry(attempt: int = 1, delay_s: float = 12.4) -> RetryScheduled:
    return RetryScheduled(
        attempt=attempt,
        delay_s=delay_s,
        code="provider.rate_limit",
        message="too many requests",
        provider="anthropic",
        model="claude",
    )


def unchanged() -> None:
    """Nobody waits for it."""


def test_a_prompt_has_a_bar_a_ground_of_its_own_and_chips() -> None:
    image = ImagePart(media_type="image/png", data_base64="A" * 45_000)
    block = UserBlock((TextPart(text="Make `greet` louder, please, and add a test."), image), unchanged)
    assert drawn(block, 34) == ["▌ Make `greet` louder, please,", "▌ and add a test.", "▌ [image 1: png, 34 KB]"]
    assert drawn(block, 80, PLAIN_LOOK)[0] == "| Make `greet` louder, please, and add a test."
    rows = block.rows(34, LOOK)
    assert {row.width for row in rows} == {34}
    assert {style.bg for row in rows for _, style in row.spans} == {LOOK.style(Role.USER).bg}
    assert block.source == "Make `greet` louder, please, and add a test.\n[image 1: png, 34 KB]"
    assert not block.toggle()


def test_a_long_prompt_is_folded_and_shown_on_demand() -> None:
    text = "\n".join(f"line {number}" for number in range(40))
    block = UserBlock((TextPart(text=text),), unchanged)
    folded = drawn(block)
    assert (folded[0], folded[9], folded[10:]) == ("▌ line 0", "▌ line 9", ["▌ … 30 more lines"])
    assert len(drawn(block, look=FULL)) == 40
    assert block.toggle()
    assert drawn(block) == [f"▌ {line}" for line in text.split("\n")]
    assert block.source == text


def test_a_prompt_of_one_endless_line_is_folded_too() -> None:
    block = UserBlock((TextPart(text="x" * 1_000_000),), unchanged)
    assert drawn(block, 40) == [*["▌ " + "x" * 37] * 10, "▌ … 1 more line"]


def test_thinking_that_ends_in_newlines_goes_on_in_a_line_of_its_own() -> None:
    scene = Scene()
    block = ThinkingBlock(scene.changed, scene.clock)
    block.append("0 of 4 files\n")
    assert drawn(block, look=OPEN) == ["⠋ Thinking", "  0 of 4 files"]
    block.append("4 of 4 files\n\n")
    block.finish()
    assert drawn(block, look=OPEN) == ["▾ Thought for 0.0 s", "  0 of 4 files", "  4 of 4 files"]
    block.append("more")
    assert drawn(block, look=OPEN)[-3:] == ["  4 of 4 files", "", "  more"]


def test_thinking_is_one_row_with_a_timer_then_how_long_it_took() -> None:
    scene = Scene()
    block = ThinkingBlock(scene.changed, scene.clock)
    assert drawn(block) == ["⠋ Thinking"]
    assert block.is_live
    block.append("I should look ")
    scene.now_s += 3.2
    assert drawn(block) == ["⠸ Thinking · 3 s", "  I should look"]
    assert drawn(block, look=STILL) == ["· Thinking", "  I should look"]
    assert drawn(block, look=Look(theme=THEME, pulses_thinking=False)) == ["· Thinking · 3 s", "  I should look"]
    block.finish()
    block.finish()
    assert drawn(block) == ["▸ Thought for 3.2 s"]
    assert (block.is_live, block.source, scene.changes) == (False, "I should look ", 2)


def test_thoughts_are_unfolded_on_demand_and_grow_there() -> None:
    scene = Scene()
    block = ThinkingBlock(scene.changed, scene.clock)
    block.append("First I look\nat the ")
    assert block.toggle()
    assert drawn(block, 20) == ["⠋ Thinking", "  First I look", "  at the"]
    first = block.rows(20, LOOK)[1]
    block.append("code of greet\n\nThen")
    assert drawn(block, 20) == ["⠋ Thinking", "  First I look", "  at the code of", "  greet", "", "  Then"]
    assert block.rows(20, LOOK)[1] is first
    block.finish()
    assert drawn(block, 20)[0] == "▾ Thought for 0.0 s"
    assert drawn(block, 20, OPEN) == ["▸ Thought for 0.0 s"]


def test_of_thoughts_that_come_the_end_is_seen_and_once_they_are_over_they_are_folded_whatever_was_shown() -> None:
    scene = Scene()
    block = ThinkingBlock(scene.changed, scene.clock)
    block.append("one\ntwo\nthree\nfour\nfive")
    end = ["⠋ Thinking", "  two", "  three", "  four", "  five"]
    whole = ["  one", "  two", "  three", "  four", "  five"]
    assert (drawn(block), drawn(block, look=FULL)) == (end, ["⠋ Thinking", *whole])
    block.append("\nsix")
    assert drawn(block)[1:] == ["  three", "  four", "  five", "  six"]
    block.finish()
    assert drawn(block) == ["▸ Thought for 0.0 s"]
    assert drawn(block, look=FULL) == drawn(block, look=OPEN) == ["▾ Thought for 0.0 s", *whole, "  six"]


def test_hidden_thoughts_cannot_be_unfolded() -> None:
    scene = Scene()
    block = ThinkingBlock(scene.changed, scene.clock)
    scene.now_s += 12
    block.finish()
    assert drawn(block, look=OPEN) == ["· Thought for 12 s"]
    assert not block.toggle()


def test_a_line_that_never_ends_is_not_laid_out_again_and_again() -> None:
    growing = GrowingRows("", 20, LOOK.style(Role.MUTED))
    for _ in range(500):
        growing.append("some words ")
    first = growing.rows[0]
    growing.append("more")
    assert growing.rows[0] is first
    assert " ".join(row.text for row in growing.rows) == ("some words " * 500 + "more")


async def test_an_answer_is_markdown_however_it_comes() -> None:
    scene = Scene()
    text = "# Title\n\nSome *words* and a list:\n\n- one\n- two\n"
    block = AnswerBlock(scene.changed)
    for char in text[:20]:
        block.append(char)
    assert drawn(block, 40)[0] == "Title"
    block.append(text[20:])
    block.finish()
    block.finish()
    assert list(block.rows(40, LOOK)) == markdown_rows(text, 40, LOOK)
    assert list(block.rows(20, PLAIN_LOOK)) == markdown_rows(text, 20, PLAIN_LOOK)
    assert block.rows(20, PLAIN_LOOK) is block.rows(20, PLAIN_LOOK)
    assert (block.source, block.is_live, block.toggle(), scene.changes) == (text, False, False, 22)


async def test_an_answer_that_was_finished_before_it_is_drawn_is_whole() -> None:
    block = AnswerBlock(Scene().changed)
    block.append("Some *words*")
    block.finish()
    assert block.source == "Some *words*"
    assert list(block.rows(40, LOOK)) == markdown_rows("Some *words*", 40, LOOK)


def waiting(block: RetryBlock) -> str:
    """Return the line of a wait; no row ends within its time."""
    [line] = drawn(block)
    assert not re.search(r"\d (s|min)\b", line)
    return line.replace("\N{NO-BREAK SPACE}", " ")


def test_a_wait_counts_down_by_the_clock_and_the_next_one_takes_its_place() -> None:
    scene = Scene()
    block = RetryBlock(retry(), scene.clock)
    assert waiting(block) == "! too many requests · asking anthropic/claude again in 13 s (attempt 2)"
    scene.now_s += 12
    assert waiting(block) == "! too many requests · asking anthropic/claude again in 1 s (attempt 2)"
    liveness = [block.is_live]
    scene.now_s += 0.4
    assert waiting(block) == "! too many requests · asked anthropic/claude again (attempt 2)"
    assert [*liveness, block.is_live, block.is_over, block.toggle()] == [True, False, False, False]
    assert block.source == "too many requests"
    block.again(retry(attempt=2, delay_s=20))
    assert waiting(block) == "! too many requests · asking anthropic/claude again in 20 s (attempt 3)"


def test_a_wait_that_ends_early_is_over() -> None:
    scene = Scene()
    block = RetryBlock(retry(attempt=0, delay_s=600), scene.clock)
    assert waiting(block) == "! too many requests · asking anthropic/claude in 10 min 00 s"
    block.finish(is_turn_over=False)
    assert waiting(block) == "! too many requests · asked anthropic/claude"
    assert (block.is_live, block.is_over) == (False, True)


@pytest.mark.parametrize(
    ("waited_s", "words"),
    [(5, "waited to ask anthropic/claude again when the turn ended"), (13, "asked anthropic/claude again (attempt 2)")],
)
def test_a_turn_that_ends_in_a_wait_leaves_no_word_of_an_attempt_that_never_was(waited_s: int, words: str) -> None:
    scene = Scene()
    block = RetryBlock(retry(), scene.clock)
    scene.now_s += waited_s
    block.finish(is_turn_over=True)
    assert waiting(block) == f"! too many requests · {words}"
    assert not block.is_live


def test_an_error_tells_what_happened_the_remedy_and_its_code() -> None:
    event = ErrorRaised(
        code="provider.auth", message="openai: the key is not valid (401)", hint="export OPENAI_API_KEY=…"
    )
    assert drawn(ErrorBlock(event), 40) == [
        "✗ openai: the key is not valid (401)",
        "  hint: export OPENAI_API_KEY=…",
        "  provider.auth",
    ]
    assert (
        ErrorBlock(event).source == "openai: the key is not valid (401)\nhint: export OPENAI_API_KEY=…\nprovider.auth"
    )
    bare = ErrorRaised(code="provider.quota", message="empty", retry_after_s=90)
    assert drawn(ErrorBlock(bare)) == ["✗ empty", "  provider.quota · try again in 1\xa0min\xa030\xa0s"]


def test_an_error_whose_code_says_nothing_more_ends_with_the_remedy_and_that_is_one_of_the_interface() -> None:
    for code in ("usage", "error"):
        event = ErrorRaised(code=code, message="there is no provider nope", hint="--provider openai")
        assert drawn(ErrorBlock(event)) == ["✗ there is no provider nope", "  hint: /provider openai"]
    later = ErrorRaised(code="deadline", message="late", retry_after_s=2)
    assert drawn(ErrorBlock(later)) == ["✗ late", "  try again in 2\xa0s"]


@pytest.mark.parametrize(
    ("stop", "usage", "cost", "line"),
    [
        (StopReason.DONE, Usage(input_tokens=34_000, output_tokens=512), 0.0123, "12 s · 34.0k in, 512 out · $0.0123"),
        (StopReason.DONE, Usage(), None, "12 s"),
        (StopReason.INTERRUPTED, None, 0.0, "interrupted · 12 s · $0.00"),
        (StopReason.BUDGET, None, 1.5, "budget reached · 12 s · $1.50"),
        (StopReason.LENGTH, None, None, "cut off at the longest answer the model may give · 12 s"),
    ],
)
def test_a_turn_ends_with_what_it_took(stop: StopReason, usage: Usage | None, cost: float | None, line: str) -> None:
    block = TurnEndBlock(TurnFinished(stop_reason=stop, rounds=3, duration_ms=12_345), usage, cost)
    assert [row.replace("\N{NO-BREAK SPACE}", " ") for row in drawn(block)] == [line]
    assert block.source == ""


def test_of_a_turn_that_a_later_run_closed_no_time_and_no_price_is_told() -> None:
    closed = TurnFinished(stop_reason=StopReason.INTERRUPTED, rounds=0, duration_ms=0)
    assert drawn(TurnEndBlock(closed, Usage(), 0.0)) == ["interrupted"]


def test_a_notice_is_copied_as_it_was_said() -> None:
    block = NoticeBlock("Switched to gemini.")
    assert (drawn(block), block.source, block.toggle()) == (["• Switched to gemini."], "Switched to gemini.", False)
