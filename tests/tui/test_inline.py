"""What goes into the scrollback of a terminal: every row once, in order, when it cannot change any more."""

import asyncio
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tui.looks import LOOK
from tests.tui.pilot import Place, flying
from tests.tui.zoo import ANSWERS, BEGUN

from aircher.domain.display import DiffBlock
from aircher.domain.events import CallStatus, RetryScheduled, StopReason, ToolFinished, ToolRequested, TurnFinished
from aircher.domain.ids import CallId
from aircher.tui.blocks.answer import AnswerBlock
from aircher.tui.blocks.notice import NoticeBlock
from aircher.tui.blocks.tool import ToolBlock
from aircher.tui.blocks.turn import RetryBlock, TurnEndBlock
from aircher.tui.conversation import MOST_AT_REST
from aircher.tui.inline import InlineView
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row

WIDTH = 40
PIECES = st.lists(st.sampled_from(["alpha ", "beta", "gamma, ", "\n\n", "\n", "delta, epsilon "]), max_size=12)


def nothing() -> None:
    """Be told that something changed."""


def call(number: int) -> ToolBlock:
    requested = ToolRequested(call_id=CallId(f"c{number}"), name=f"tool{number}", arguments={})
    return ToolBlock(requested, lambda: 0.0, nothing)


def end(block: ToolBlock, number: int) -> None:
    ended = CallId(f"c{number}")
    block.finished(
        ToolFinished(call_id=ended, name=f"tool{number}", status=CallStatus.OK, content="", summary="", duration_ms=1)
    )


def texts(rows: Sequence[Row]) -> list[str]:
    return [row.text.rstrip() for row in rows]


def words(rows: Sequence[Row]) -> list[str]:
    return " ".join(texts(rows)).split()


def test_finished_paragraphs_are_handed_out_while_the_answer_grows() -> None:
    view, answer = InlineView(), AnswerBlock(nothing)
    view.append(answer)
    answer.append("one\n\ntwo\n\nthr")
    early = view.settled(WIDTH, LOOK)
    assert words(early)[0] == "one"
    assert [*words(early), *words(view.rows(WIDTH, 10, LOOK))] == ["one", "two", "thr"]
    answer.append("ee")
    late = view.settled(WIDTH, LOOK)
    answer.finish()
    assert [*words(early), *words(late), *words(view.settled(WIDTH, LOOK))] == ["one", "two", "three"]
    assert view.blocks == []


async def test_a_diff_is_handed_out_with_its_colours() -> None:
    view, arrived = InlineView(), asyncio.Event()
    requested = ToolRequested(call_id=CallId("c1"), name="edit_file", arguments={"path": "inline.py"})
    block = ToolBlock(requested, lambda: 0.0, arrived.set)
    diff = DiffBlock(path="inline.py", diff="@@ -1 +1 @@\n-return 1\n+return 2", added=1, removed=1)
    view.append(block)
    block.finished(
        ToolFinished(
            call_id=CallId("c1"), name="edit_file", status=CallStatus.OK, content="", summary="", duration_ms=1,
            display=(diff,),
        )
    )  # fmt: skip
    arrived.clear()
    assert view.settled(WIDTH, LOOK) == []
    await arrived.wait()
    keyword = LOOK.style(Role.KEYWORD).over(LOOK.style(Role.ADDED))
    assert ("return", keyword) in [span for row in view.settled(WIDTH, LOOK) for span in row.spans]


def test_a_call_is_handed_out_when_it_is_over_and_what_follows_waits_for_it() -> None:
    view, first, second = InlineView(), call(1), call(2)
    view.append(first)
    view.append(second)
    end(second, 2)
    assert view.settled(WIDTH, LOOK) == []
    first.started()
    assert view.settled(WIDTH, LOOK) == []
    end(first, 1)
    assert [word for word in words(view.settled(WIDTH, LOOK)) if "tool" in word] == ["tool1", "tool2"]


def test_a_call_of_which_nothing_was_heard_again_ends_with_its_turn() -> None:
    view = InlineView()
    view.append(call(1))
    view.append(TurnEndBlock(TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=2_000)))
    assert "tool1" in words(view.settled(WIDTH, LOOK))
    assert view.blocks == []


def test_a_wait_is_handed_out_when_no_other_one_can_take_its_place() -> None:
    busy = RetryScheduled(attempt=1, delay_s=0, code="x", message="busy")
    view, wait = InlineView(), RetryBlock(busy, lambda: 0.0)
    view.append(wait)
    assert not wait.is_live
    assert view.settled(WIDTH, LOOK) == []
    wait.finish(is_turn_over=False)
    assert "busy" in words(view.settled(WIDTH, LOOK))


def test_what_is_left_at_the_end_is_handed_out_whatever_its_state() -> None:
    view, answer = InlineView(), AnswerBlock(nothing)
    view.append(call(1))
    view.append(answer)
    answer.append("unfinished")
    assert words(view.rest(WIDTH, LOOK))[-2:] == ["tool1", "unfinished"]
    assert view.rest(WIDTH, LOOK) == []


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(PIECES.map("".join), st.integers(8, 60), st.booleans()), max_size=12))
def test_every_letter_is_handed_out_once_in_order_in_a_window_of_any_size(story: list[tuple[str, int, bool]]) -> None:
    view, answer = InlineView(), AnswerBlock(nothing)
    view.append(answer)
    handed: list[Row] = []
    wanted = ""
    for number, (piece, width, is_end) in enumerate(story):
        answer.append(piece)
        wanted += piece
        rows = view.settled(width, LOOK)
        assert all(row.width <= width for row in [*rows, *view.rows(width, 30, LOOK)])
        handed += rows
        if is_end:
            answer.finish()
            view.append(NoticeBlock(f"notice{number}"))
            wanted += f"notice{number}"
            answer = AnswerBlock(nothing)
            view.append(answer)
    handed += view.rest(30, LOOK)
    said = [word for word in words(handed) if word not in {"·", "•", "i", "-"}]
    assert "".join(said) == "".join(wanted.split())


async def test_a_diff_is_handed_out_with_its_colours_and_whole_if_all_is_to_be_shown() -> None:
    arrived = asyncio.Event()
    for lines, look in ((5, LOOK), (1_500, Look(theme=LOOK.theme, is_full=True))):
        diff = f"@@ -0,0 +1,{lines} @@\n" + "+x = 1\n" * lines
        requested = ToolRequested(call_id=CallId("c1"), name="write_file", arguments={})
        view, block = InlineView(), ToolBlock(requested, lambda: 0.0, arrived.set)
        view.append(block)
        display = (DiffBlock(path="a.py", diff=diff, added=lines, removed=0),)
        ended = ToolFinished(
            call_id=CallId("c1"),
            name="write_file",
            status=CallStatus.OK,
            content="",
            summary="",
            duration_ms=1,
            display=display,
        )
        block.finished(ended)
        arrived.clear()
        assert view.settled(WIDTH, look) == []
        await arrived.wait()
        rows = view.settled(WIDTH, look)
        assert sum("x = 1" in row.text for row in rows) == lines


async def test_an_answer_is_printed_when_another_conversation_is_begun_and_at_the_end_when_it_is_over(
    place: Place,
) -> None:
    async with flying(place, *ANSWERS, is_inline=True) as ui:
        await ui.begin("begin", BEGUN)
        first = ui.interface.conversations.current
        ui.type("/clear")
        ui.press("enter")
        await ui.until(lambda: ui.interface.conversations.current is not first)
        await ui.begin("zoo", "It is a zoo.")
        await ui.until(lambda: not ui.is_busy and not ui.interface.view.blocks)
        assert ui.text.count(BEGUN) == 1
        ui.press("ctrl+d")
        await ui.until_left()
    left = ui.text.partition("In a conversation that was left while it went on:")[2]
    assert BEGUN in left
    assert "interrupted" in left


async def test_an_answer_that_is_over_is_printed_once_however_often_the_conversation_changes(place: Place) -> None:
    async with flying(place, *ANSWERS, is_inline=True) as ui:
        await ui.begin("zoo", "It is a zoo.")
        await ui.until(lambda: not ui.is_busy and not ui.interface.view.blocks)
        first = ui.interface.conversations.current
        ui.type("/clear")
        ui.press("enter")
        await ui.until(lambda: ui.interface.conversations.current is not first)
        ui.press("ctrl+d")
        await ui.until_left()
    assert ui.text.count("It is a zoo.") == 1
    assert "was left while it went on" not in ui.text


async def test_what_a_conversation_said_after_it_was_left_is_printed_when_it_is_closed_for_others(free: Place) -> None:
    async with flying(free, *ANSWERS, is_inline=True, height=120) as ui:
        await ui.begin("wait", "sleep 0.01")
        for number in range(2, MOST_AT_REST + 3):
            before = ui.interface.conversations.current
            ui.type("/clear")
            ui.press("enter")
            await ui.until(lambda before=before: ui.interface.conversations.current is not before)  # type: ignore[misc]
            assert len(list(ui.interface.conversations)) == min(number, MOST_AT_REST + 2)
        assert "Waited." not in ui.text
        (free.project / "go").touch()
        await ui.until(lambda: not ui.interface.conversations.busy_elsewhere)
        ui.type("/clear")
        ui.press("enter")
        await ui.until("Waited.")
        await ui.until(lambda: len(list(ui.interface.conversations)) == MOST_AT_REST + 1)
        assert "In a conversation that was left while it went on:" in ui.text
