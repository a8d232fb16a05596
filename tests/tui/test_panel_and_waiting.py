"""The panel at the right, the lanes of what waits, and calling somebody who looks elsewhere."""

from tests.tui.looks import LOOK, PLAIN_LOOK

from aircher.domain.display import TodoItem
from aircher.domain.ids import PromptId
from aircher.domain.lanes import Lane, WaitingPrompt
from aircher.domain.messages import TextPart
from aircher.tui.context_panel import PanelFacts, Share, panel_rows
from aircher.tui.notify import Notices
from aircher.tui.waiting import waiting_rows

FACTS = PanelFacts(
    context_tokens=40_000,
    window_tokens=100_000,
    shares=(Share(name="messages", tokens=30_000), Share(name="tools", tokens=10_000)),
    files=(("src/aircher/engine/session.py", "read"), ("a.py", "edited")),
    todo=(
        TodoItem(text="write it", state="completed"),
        TodoItem(text="test it well", state="in_progress"),
        TodoItem(text="rest", state="pending"),
    ),
    jobs=(("job1 npm run dev", "since 12:04"), ("job2 ls", "exit 0")),
)


def test_the_panel_shows_each_section_that_has_something() -> None:
    rows = [row.text.rstrip() for row in panel_rows(FACTS, 26, 23, PLAIN_LOOK)]
    assert rows == [
        "| Window",
        "| ##########..............",
        "| messages           30.0k",
        "| tools              10.0k",
        "| together   40.0k of 100k",
        "|",
        "| To do",
        "| x write it",
        "| > test it well",
        "| o rest",
        "|",
        "| Files",
        "| ~/engine/session.py read",
        "| a.py              edited",
        "|",
        "| Background",
        "| job1 npm ru~ since 12:04",
        "| job2 ls           exit 0",
        *["|"] * 5,
    ]
    assert {row.width for row in panel_rows(FACTS, 26, 23, PLAIN_LOOK)} == {26}


def test_a_low_panel_is_cut_at_the_bottom() -> None:
    rows = panel_rows(FACTS, 30, 4, LOOK)
    assert len(rows) == 4


def waits(lane: Lane, text: str) -> WaitingPrompt:
    return WaitingPrompt(id=PromptId(text), lane=lane, prompt=(TextPart(text=text),))


def test_what_waits_is_one_line_each_in_both_lanes() -> None:
    items = (waits(Lane.STEER, "use tabs\nplease"), waits(Lane.QUEUE, "then test"))
    rows = [row.text for row in waiting_rows(items, 40, PLAIN_LOOK, is_paused=True, key="Alt+Q", send="Enter")]
    assert rows == [
        " steer | use tabs ~",
        " queue | then test",
        " paused: an empty Enter goes on (Alt+Q e",
    ]


def test_more_than_four_are_counted() -> None:
    items = tuple(waits(Lane.QUEUE, str(at)) for at in range(7))
    rows = [row.text for row in waiting_rows(items, 60, PLAIN_LOOK, is_paused=False, key="Alt+Q", send="Enter")]
    assert rows[3:] == [" queue | 3", " 3 more (Alt+Q edits)"]


class Window:
    """A terminal that notes how it was used."""

    def __init__(self) -> None:
        self.done: list[tuple[str, ...]] = []

    def notify(self, title: str, body: str) -> None:
        self.done.append(("notify", title, body))

    def set_title(self, text: str) -> None:
        self.done.append(("title", text))


def test_only_somebody_who_looks_elsewhere_is_called() -> None:
    window = Window()
    notices = Notices(window, place="zoo", is_wanted=lambda: True)
    notices.call("done")
    notices.focus(has_focus=False)
    notices.call("a question waits")
    assert window.done == [("notify", "Aircher", "a question waits")]


def test_the_title_is_set_when_it_changes() -> None:
    window = Window()
    notices = Notices(window, place="zoo", is_wanted=lambda: True)
    for state in ("", "", "works", "works", ""):
        notices.state(state)
    assert window.done == [("title", "aircher - zoo"), ("title", "works - zoo"), ("title", "aircher - zoo")]
