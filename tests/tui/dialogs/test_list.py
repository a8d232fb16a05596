"""The list: filter, groups, columns, preview, loading, mouse."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tui.dialogs.stage import (
    ASCII_LOOK,
    HOSTILE,
    LOOK,
    Stage,
    key,
    matches_snapshot,
    mouse,
    press,
    settled,
    staged,
    text_of,
    until,
)

from aircher.domain.errors import StorageError
from aircher.tui.dialogs.box import boxed
from aircher.tui.dialogs.choose import Choose, ChooseLive
from aircher.tui.dialogs.columns import Column, entry_row, fitted, natural
from aircher.tui.dialogs.entries import Entries, Entry, Shown
from aircher.tui.dialogs.list import AT_ONCE, Listing
from aircher.tui.dialogs.preview import Passage

FRUITS = ("apple", "banana", "cherry", "date", "elder", "fig", "grape", "honeydew")


def fruits(*names: str) -> list[Entry[str]]:
    return [Entry(value=name, label=name) for name in names or FRUITS]


def choose(stage: Stage, *names: str, listing: Listing[str] | None = None) -> Choose[str]:
    return Choose("Fruit", stage.host, fruits(*names), listing or Listing())


class Slow:
    """Results that come when the test says so, by the argument they were asked for with."""

    def __init__(self) -> None:
        self.waiting: dict[str, asyncio.Future[Sequence[Passage]]] = {}

    async def preview(self, name: str) -> Sequence[Passage]:
        self.waiting[name] = asyncio.get_running_loop().create_future()
        return await self.waiting[name]


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ("enter", "apple"),
        ("down enter", "banana"),
        ("ctrl+n enter", "banana"),
        ("up enter", "honeydew"),
        ("ctrl+p enter", "honeydew"),
        ("down up enter", "apple"),
        ("end enter", "honeydew"),
        ("end home enter", "apple"),
        ("pagedown enter", "honeydew"),
        ("end pageup enter", "apple"),
        ("g r a enter", "grape"),
        ("g r x backspace enter", "grape"),
        ("z ctrl+u enter", "apple"),
        ("escape", None),
    ],
)
async def test_keys_choose(keys: str, value: str | None) -> None:
    async with staged() as stage:
        asking = choose(stage)
        text_of(asking)
        assert all(press(asking, *keys.split()))
        assert asking.answered.result() == value


async def test_the_current_entry_is_chosen_first_and_marked_when_another_is() -> None:
    async with staged() as stage:
        entries = [Entry(value=name, label=name, is_current=name == "date") for name in FRUITS]
        asking = Choose("Fruit", stage.host, entries, Listing())
        press(asking, "down")
        assert "• date" in text_of(asking)
        assert "❯ elder" in text_of(asking)
        press(asking, "up", "enter")
        assert asking.answered.result() == "date"


async def test_nothing_can_be_taken_where_nothing_matches() -> None:
    async with staged() as stage:
        asking = choose(stage)
        press(asking, "z", "z", "enter", "down", "pagedown", "end")
        assert not asking.answered.done()
        assert "nothing matches" in text_of(asking)
        assert "0 of 8" in text_of(asking)


async def test_an_empty_list_says_so() -> None:
    async with staged() as stage:
        asking = Choose("Fruit", stage.host, [], Listing[str](empty="no fruit today"))
        press(asking, "enter", "down")
        assert not asking.answered.done()
        assert "no fruit today" in text_of(asking)


async def test_words_of_a_description_find_an_entry_but_scattered_letters_do_not() -> None:
    one = Entry(value=1, label="one", detail="the first number", search="uno")
    entries = Entries([one, Entry(value=2, label="two")])
    queries = ("first", "fnu", "UNO", "o")
    found = {query: [shown.entry.value for shown in entries.find(query).shown] for query in queries}
    assert found == {"first": [1], "fnu": [], "UNO": [1], "o": [1, 2]}


def test_a_word_found_anywhere_comes_before_letters_scattered_in_a_label() -> None:
    scattered = Entry(value=1, label="edit, reorder or drop what waits")
    entries = Entries([scattered, Entry(value=2, label="x", search="redraw")])
    assert [shown.entry.value for shown in entries.find("redraw").shown] == [2, 1]


def test_groups_stay_together_the_group_of_the_best_match_first() -> None:
    entries = Entries(
        [
            Entry(value=1, label="xxabxx", group="a"),
            Entry(value=2, label="ab", group="b"),
            Entry(value=3, label="ab other", group="a"),
        ]
    )
    assert [shown.entry.value for shown in entries.find("ab").shown] == [2, 3, 1]
    assert [shown.entry.value for shown in entries.find(" ").shown] == [1, 3, 2]


async def test_entries_that_load_are_awaited_with_a_word_and_typing_goes_on() -> None:
    async with staged() as stage:
        there = asyncio.Event()

        async def load() -> Sequence[Entry[str]]:
            await there.wait()
            return fruits()

        asking = Choose("Fruit", stage.host, load, Listing())
        press(asking, "f", "i", "enter")
        assert "loading" in text_of(asking)
        there.set()
        await until(lambda: "loading" not in text_of(asking))
        assert not asking.answered.done()
        press(asking, "enter")
        assert asking.answered.result() == "fig"


async def test_a_failure_to_load_is_told_in_its_own_words() -> None:
    async with staged() as stage:

        async def load() -> Sequence[Entry[str]]:
            raise StorageError("the database is locked", hint="try again", code="storage.locked")

        asking = Choose("Fruit", stage.host, load, Listing())
        await settled()
        assert "the database is locked" in text_of(asking)
        press(asking, "enter", "escape")
        assert asking.answered.result() is None


async def test_what_still_loads_is_stopped_when_the_dialog_is_left() -> None:
    async with staged() as stage:

        async def load() -> Sequence[Entry[str]]:
            await asyncio.Event().wait()
            return fruits()

        asking = Choose("Fruit", stage.host, load, Listing())
        await settled()
        press(asking, "escape")
        await until(stage.tasks[0].done)
        assert stage.tasks[0].cancelled()


async def test_a_long_list_is_filtered_beside_and_enter_waits_for_what_was_typed() -> None:
    async with staged() as stage:
        entries = [Entry(value=number, label=f"entry {number}") for number in range(5 * AT_ONCE)]
        asking = Choose("Many", stage.host, entries, Listing())
        await until(lambda: "❯ entry 0" in text_of(asking))
        assert all(press(asking, *"1999", "enter"))
        assert not asking.answered.done()
        await until(asking.answered.done)
        assert asking.answered.result() == 1999


async def test_a_result_for_an_older_text_is_dropped() -> None:
    async with staged() as stage:
        found: dict[str, asyncio.Event] = {}

        async def search(text: str) -> Sequence[Entry[str]]:
            found[text] = asyncio.Event()
            await found[text].wait()
            return [Entry(value=f"found {text}", label=f"found {text}", group="more")]

        asking = Choose("Fruit", stage.host, fruits(), Listing(search=search))
        press(asking, "f")
        await settled()
        press(asking, "i")
        await settled()
        found["f"].set()
        await settled()
        assert "found f" not in text_of(asking)
        assert "loading" in text_of(asking)
        found["fi"].set()
        await until(lambda: "found fi" in text_of(asking))
        assert "found f " not in text_of(asking)
        press(asking, "ctrl+u")
        await settled()
        assert "found" not in text_of(asking)


async def test_more_that_is_found_does_not_move_the_choice() -> None:
    async with staged() as stage:
        there = asyncio.Event()

        async def search(text: str) -> Sequence[Entry[str]]:
            await there.wait()
            return fruits("extra")

        asking = Choose("Fruit", stage.host, fruits(), Listing(search=search))
        press(asking, "e", "down")
        chosen = asking.pane.selection.chosen
        there.set()
        await until(lambda: "extra" in text_of(asking))
        assert asking.pane.selection.chosen is chosen


async def test_a_preview_is_loaded_for_the_chosen_entry_only_and_late_ones_are_dropped() -> None:
    async with staged() as stage:
        slow = Slow()
        asking = choose(stage, listing=Listing(preview=slow.preview))
        assert "loading" in text_of(asking, 120, 40)
        await settled()
        press(asking, "down")
        text_of(asking, 120, 40)
        await settled()
        assert slow.waiting["apple"].cancelled()
        slow.waiting["banana"].set_result([Passage("about", "it is yellow")])
        await until(lambda: "it is yellow" in text_of(asking, 120, 40))
        press(asking, "z", "z")
        assert "it is yellow" not in text_of(asking, 120, 40)


async def test_a_narrow_screen_loads_no_preview() -> None:
    async with staged() as stage:
        slow = Slow()
        asking = choose(stage, listing=Listing(preview=slow.preview))
        text_of(asking, 80, 24)
        await settled()
        assert slow.waiting == {}


async def test_a_preview_that_fails_or_is_empty_says_so() -> None:
    async with staged() as stage:

        async def preview(name: str) -> Sequence[Passage]:
            if name == "apple":
                raise StorageError("its page is damaged", hint="aircher db check", code="storage.damaged")
            return ()

        asking = choose(stage, listing=Listing(preview=preview))
        text_of(asking, 120, 40)
        await until(lambda: "its page is damaged" in text_of(asking, 120, 40))
        press(asking, "down")
        text_of(asking, 120, 40)
        await until(lambda: "nothing to show" in text_of(asking, 120, 40))


async def test_a_long_preview_is_scrolled_by_keys_and_wheel() -> None:
    async with staged() as stage:

        async def preview(name: str) -> Sequence[Passage]:
            return [Passage("", "\n".join(f"line {number}" for number in range(100)))]

        asking = choose(stage, listing=Listing(preview=preview))
        text_of(asking, 120, 40)
        await until(lambda: "line 0" in text_of(asking, 120, 40))
        press(asking, *["shift+pagedown"] * 7)
        assert "line 99" in text_of(asking, 120, 40)
        press(asking, "shift+pageup", "alt+up", "alt+down")
        assert "line 99" not in text_of(asking, 120, 40)
        box = boxed(asking, 120, 40, LOOK)
        for _ in range(30):
            asking.handle(box.inside(mouse("scroll_down", 110, 5)))
        assert "line 99" in text_of(asking, 120, 40)
        assert asking.pane.selection.at == 0


async def test_a_short_list_with_a_preview_leaves_most_of_a_large_screen_as_it_is() -> None:
    async with staged() as stage:

        async def preview(name: str) -> Sequence[Passage]:
            return [Passage("", f"{name} {number}\n" * 30) for number in range(len(name))]

        asking = choose(stage, "a", "fig", listing=Listing(preview=preview))
        sizes = set()
        for _ in range(2):
            await until(lambda: "loading" not in text_of(asking, 200, 60))
            box = boxed(asking, 200, 60, LOOK)
            sizes.add((box.rows[0].width, len(box.rows)))
            press(asking, "down")
        assert sizes == {(144, 18)}


async def test_the_mouse_chooses_takes_and_scrolls() -> None:
    async with staged() as stage:
        asking = choose(stage)
        box = boxed(asking, 80, 24, ASCII_LOOK)
        y = next(at for at, row in enumerate(box.rows) if "cherry" in row.text)
        click = box.inside(mouse("press", 20, box.y + y))
        assert asking.handle(click)
        assert not asking.answered.done()
        assert asking.handle(box.inside(mouse("scroll_down", 20, box.y + y)))
        assert asking.pane.selection.at == 5
        assert asking.handle(box.inside(mouse("scroll_up", 20, box.y + y)))
        assert not asking.handle(mouse("press", 3, 90))
        assert not asking.handle(mouse("press", 3, 0))
        assert asking.handle(click)
        assert asking.answered.result() == "cherry"


async def test_the_chosen_entry_and_the_headline_above_it_are_in_sight() -> None:
    async with staged() as stage:
        entries = [Entry(value=at, label=f"entry {at}", group=f"group {at // 10}") for at in range(100)]
        asking = Choose("Many", stage.host, entries, Listing())
        press(asking, "up")
        assert "❯ entry 99" in text_of(asking, 40, 12)
        for _ in range(9):
            press(asking, "up")
        assert "group 9" in text_of(asking, 40, 12)
        assert "❯ entry 90" in text_of(asking, 40, 12)


async def test_trying_on_shows_each_and_escape_shows_the_first_again() -> None:
    async with staged() as stage:
        tried: list[str] = []
        entries = [Entry(value=name, label=name, is_current=name == "banana") for name in FRUITS]
        asking = ChooseLive("Fruit", stage.host, entries, Listing(), try_on=tried.append)
        press(asking, "down", "z", "ctrl+u", "down", "escape")
        assert tried == ["cherry", "apple", "banana", "banana"]
        assert asking.answered.result() is None


async def test_other_keys_are_left_to_the_screen() -> None:
    async with staged() as stage:
        asking = choose(stage)
        assert press(asking, "ctrl+c", "f5", "tab") == [False, False, False]


def test_columns_are_left_out_from_the_right_where_there_is_no_room() -> None:
    entries = [Entry(value=1, label="a" * 30, cells=("1", "long words here"), detail="detail of it")]
    columns = (Column("n", is_number=True), Column("what"))
    wanted = natural(entries, columns)
    rows = [
        entry_row(Shown(entries[0]), columns, fitted(wanted, width), width, LOOK, is_chosen=True).text
        for width in (70, 52, 30, 10)
    ]
    assert rows == [
        "❯ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  1  long words here  detail of it    ",
        "❯ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  1  long words here",
        "❯ aaaaaaaaaaaaaaaaaaaaaaaa…  1",
        "❯ aaaaaaa…",
    ]


def test_the_first_column_has_room_in_the_smallest_window_beside_a_long_label() -> None:
    entries = [Entry(value=1, label="a_long_name_of_a_setting", cells=("built-in of it", "default"))]
    columns = (Column("value"), Column("from"))
    widths = fitted(natural(entries, columns), 34)
    row = entry_row(Shown(entries[0]), columns, widths, 34, LOOK, is_chosen=False)
    assert row.text == "  a_long_name_of_a_se…  built-in …"


def test_letters_that_were_typed_are_marked() -> None:
    entry = Entry(value=1, label="ab\x1bcd")
    row = entry_row(Shown(entry, (0, 2, 3)), (), natural([entry], ()), 6, LOOK, is_chosen=False)
    assert [text for text, _ in row.spans] == ["  ", "a", "b", "cd"]


@given(st.lists(st.text(max_size=30), max_size=8), st.integers(2, 80), st.integers(1, 20), st.sets(st.integers(0, 30)))
def test_whatever_is_in_an_entry_its_row_is_as_wide_as_asked(
    texts: list[str], width: int, label: int, positions: set[int]
) -> None:
    entry = Entry(value=1, label="".join(texts), detail=HOSTILE, cells=tuple(texts))
    columns = tuple(Column(text[:5], is_number=len(text) % 2 == 0) for text in texts)
    row = entry_row(
        Shown(entry, tuple(sorted(positions))),
        columns,
        fitted(natural([entry], columns), width),
        width,
        LOOK,
        is_chosen=label % 2 == 0,
    )
    assert row.width == width


async def test_hostile_entries_stay_in_their_rows() -> None:
    async with staged() as stage:
        entries = [
            Entry(value=at, label=f"{at} {HOSTILE}", detail=HOSTILE, group=HOSTILE, cells=(HOSTILE, "1"))
            for at in range(30)
        ]

        async def preview(at: int) -> Sequence[Passage]:
            return [Passage(HOSTILE, HOSTILE * 20)]

        asking = Choose(HOSTILE, stage.host, entries, Listing(columns=(Column(HOSTILE),), preview=preview))
        for width, height in ((40, 12), (80, 24), (300, 100)):
            text_of(asking, width, height)
            await settled()
            text_of(asking, width, height)
        press(asking, *"7日", "enter")
        assert asking.answered.result() == 7


async def test_a_list_looks_as_it_did() -> None:
    async with staged() as stage:
        entries = [
            Entry(value=at, label=f"entry {at}", detail="what it is", group=f"g{at // 4}", cells=(str(at * 100), "x"))
            for at in range(30)
        ]
        listing: Listing[int] = Listing(columns=(Column("count", is_number=True), Column("kind")))
        asking = Choose("Entries", stage.host, entries, listing)
        press(asking, "down")
        matches_snapshot("list", asking)
        matches_snapshot("list-ascii", asking, ASCII_LOOK)
        press(asking, *"ry 2")
        matches_snapshot("list-filtered", asking)
        assert asking.handle(key("q"))
        matches_snapshot("list-no-hit", asking)
