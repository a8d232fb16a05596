from itertools import count

from tests.tui.viewport.simple_blocks import LOOK, Paragraphs, texts

from aircher.tui.terminal.rows import EMPTY
from aircher.tui.viewport.view import SETTLE_S, Viewport
from aircher.tui.viewport.walking import Spot


def view(*blocks: Paragraphs) -> Viewport:
    viewport = Viewport(lambda: None, has_bar=False)
    for number, block in enumerate(blocks):
        viewport.append(block, seq=number + 1, starts_turn=block.kind == "user")
    return viewport


def lines(count: int, name: str = "line") -> str:
    return "\n".join(f"{name} {number}" for number in range(count))


def test_blocks_have_one_blank_row_between_them_and_none_at_the_ends() -> None:
    viewport = view(Paragraphs("one"), Paragraphs(""), Paragraphs("two"), Paragraphs(""))
    assert texts(viewport.rows(40, 10, LOOK)) == ["one", "", "two"]


def test_the_end_is_followed_until_somebody_scrolls_and_then_again_at_the_end() -> None:
    block = Paragraphs(lines(10))
    viewport = view(block)
    assert texts(viewport.rows(40, 3, LOOK)) == ["line 7", "line 8", "line 9"]
    viewport.scroll_by(-2)
    assert texts(viewport.rows(40, 3, LOOK)) == ["line 5", "line 6", "line 7"]
    block.append("\nnew 0\nnew 1")
    viewport.touched(block)
    assert texts(viewport.rows(40, 3, LOOK)) == ["line 5", "line 6", "line 7"]
    viewport.append(Paragraphs("further"))
    viewport.rows(40, 3, LOOK)
    assert viewport.new_rows == 4
    viewport.scroll_by(99)
    assert viewport.is_at_end
    assert texts(viewport.rows(40, 3, LOOK)) == ["new 1", "", "further"]
    assert viewport.new_rows == 0


def test_new_rows_are_counted_from_the_last_one_that_was_seen() -> None:
    block = Paragraphs(lines(10))
    viewport = view(block)
    viewport.rows(40, 4, LOOK)
    viewport.scroll_by(-3)
    block.append("\n" + lines(6, "new"))
    viewport.touched(block)
    viewport.rows(40, 4, LOOK)
    assert viewport.new_rows == 6
    viewport.scroll_by(5)
    viewport.rows(40, 4, LOOK)
    assert viewport.new_rows == 4
    viewport.scroll_by(-5)
    viewport.rows(40, 4, LOOK)
    assert viewport.new_rows == 4


def test_a_resize_keeps_the_words_that_are_read_and_comes_back_to_the_same_row() -> None:
    words = " ".join(f"word{number}" for number in range(400))
    viewport = view(Paragraphs(words), Paragraphs(words))
    viewport.rows(60, 10, LOOK)
    viewport.scroll_by(-30)
    before = texts(viewport.rows(60, 10, LOOK))
    first = before[0].split()[0]
    for width in (23, 41, 17, 90, 38):
        assert first in viewport.rows(width, 10, LOOK)[0].text.split()
    assert texts(viewport.rows(60, 10, LOOK)) == before


def test_folding_and_adding_above_does_not_move_what_is_seen() -> None:
    above, below = Paragraphs(lines(20, "above")), Paragraphs(lines(20, "below"))
    viewport = view(above, below)
    viewport.rows(40, 5, LOOK)
    viewport.scroll_by(-8)
    before = texts(viewport.rows(40, 5, LOOK))
    above.toggle()
    viewport.touched(above)
    assert texts(viewport.rows(40, 5, LOOK)) == before
    viewport.prepend([Paragraphs("older")])
    assert texts(viewport.rows(40, 5, LOOK)) == before


def test_a_fold_that_shortens_all_to_less_than_a_screen_shows_the_end() -> None:
    first, last = Paragraphs(lines(20)), Paragraphs("last")
    viewport = view(first, last)
    viewport.rows(40, 5, LOOK)
    viewport.to_top()
    viewport.rows(40, 5, LOOK)
    first.toggle()
    assert texts(viewport.rows(40, 5, LOOK)) == ["line 0", "", "last"]
    assert viewport.is_at_end


def test_turns_are_jumped_between() -> None:
    blocks = [Paragraphs(f"{kind} {turn}\n" + lines(8), kind=kind) for turn in range(3) for kind in ("user", "answer")]
    viewport = view(*blocks)
    viewport.rows(40, 5, LOOK)
    seen = []
    for by in (-1, -1, -1, -1, 1, 1, 1):
        viewport.to_turn(by)
        seen.append(viewport.rows(40, 5, LOOK)[0].text)
    assert seen == ["user 2", "user 1", "user 0", "user 0", "user 1", "user 2", "line 3"]
    assert viewport.is_at_end


def test_a_page_keeps_two_rows_in_sight() -> None:
    viewport = view(Paragraphs(lines(40)))
    viewport.rows(40, 10, LOOK)
    viewport.page(-1)
    assert texts(viewport.rows(40, 10, LOOK))[-1] == "line 31"
    viewport.to_top()
    viewport.page(1)
    assert texts(viewport.rows(40, 10, LOOK))[0] == "line 8"


def test_a_rewound_turn_is_gone_and_what_is_read_above_stays() -> None:
    blocks = [Paragraphs(f"turn {turn}\n" + lines(8), kind="user") for turn in range(4)]
    viewport = view(*blocks)
    viewport.rows(40, 5, LOOK)
    viewport.scroll_to(Spot(viewport.contents.items[1], 2))
    before = texts(viewport.rows(40, 5, LOOK))
    viewport.drop_since(3)
    assert viewport.blocks == blocks[:2]
    assert texts(viewport.rows(40, 5, LOOK)) == before
    viewport.drop_since(1)
    assert viewport.rows(40, 5, LOOK) == []


def test_what_a_command_told_stays_when_its_turn_is_rewound() -> None:
    blocks = [Paragraphs(f"turn {turn}", kind="user") for turn in range(3)]
    viewport = view(*blocks)
    told, later = Paragraphs("told"), Paragraphs("later")
    viewport.append(told)
    viewport.drop_since(2)
    viewport.append(later)
    assert viewport.blocks == [blocks[0], told, later]
    assert [held.seq for held in viewport.contents.items] == [1, 1, 1]


def test_a_view_without_a_row_of_room_keeps_its_place() -> None:
    viewport = Viewport(lambda: None)
    viewport.append(Paragraphs(lines(40)))
    viewport.rows(40, 10, LOOK)
    viewport.page(-1)
    before = texts(viewport.rows(40, 10, LOOK))
    assert viewport.rows(40, 0, LOOK) == []
    viewport.page(-1)
    viewport.scroll_by(1)
    assert viewport.rows(40, 0, LOOK) == []
    assert texts(viewport.rows(40, 10, LOOK)) == before


def test_an_empty_view_takes_everything_and_shows_nothing() -> None:
    viewport = view()
    for act in (viewport.to_top, viewport.to_bottom, viewport.clear, viewport.find_next, viewport.find_previous):
        act()
        viewport.scroll_by(-1)
        viewport.to_turn(1)
        assert viewport.rows(40, 5, LOOK) == []
    assert not viewport.idle()
    assert viewport.selected_text() == ""


def test_a_frame_lays_out_only_what_is_seen_and_what_changed() -> None:
    blocks = [Paragraphs(lines(10), kind="user") for _ in range(1000)]
    viewport = view(*blocks)
    viewport.rows(40, 20, LOOK)
    viewport.scroll_by(-100)
    viewport.rows(40, 20, LOOK)
    viewport.rows(30, 20, LOOK)
    assert sum(block.drawn for block in blocks) < 25
    viewport.to_top()
    viewport.rows(30, 20, LOOK)
    assert blocks[0].drawn == 1
    assert sum(block.drawn for block in blocks) < 30


def test_idle_time_lays_out_the_rest_once_for_each_width() -> None:
    blocks = [Paragraphs(lines(3)) for _ in range(50)]
    viewport = view(*blocks)
    viewport.rows(40, 5, LOOK)
    while viewport.idle():
        pass
    assert {block.drawn for block in blocks} == {1}
    assert viewport.contents.heights.total == 50 * 4


def test_idle_time_is_used_for_several_blocks_at_once_until_it_is_over() -> None:
    blocks = [Paragraphs(lines(3)) for _ in range(50)]
    clock = count(step=SETTLE_S / 4)
    viewport = Viewport(lambda: None, now_s=lambda: next(clock))
    for block in blocks:
        viewport.append(block)
    viewport.rows(40, 3, LOOK)
    assert viewport.idle()
    assert [block.drawn for block in blocks[-6:]] == [0, 1, 1, 1, 1, 1]  # the last one was looked at


def test_rows_that_did_not_change_are_the_same_objects_in_the_next_frame() -> None:
    blocks = [Paragraphs(lines(10)) for _ in range(5)]
    viewport = Viewport(lambda: None)
    for block in blocks:
        viewport.append(block)
    viewport.rows(40, 12, LOOK)
    viewport.scroll_by(-5)
    viewport.find("line 3")
    first, again = viewport.rows(40, 12, LOOK), viewport.rows(40, 12, LOOK)
    assert all(one is other for one, other in zip(first, again, strict=True))
    assert {row.width for row in first} == {40}


def test_the_scroll_bar_is_drawn_while_it_is_scrolled_up() -> None:
    viewport = Viewport(lambda: None)
    viewport.append(Paragraphs(lines(100)))
    assert all(row.width < 40 for row in viewport.rows(40, 10, LOOK))
    viewport.to_top()
    assert [row.text[-1] for row in viewport.rows(40, 10, LOOK)] == ["█", *"░" * 9]
    viewport.scroll_by(89)
    assert [row.text[-1] for row in viewport.rows(40, 10, LOOK)][-2:] == ["█", "░"]
    assert EMPTY not in viewport.rows(40, 10, LOOK)


def test_is_live_tells_of_what_is_seen() -> None:
    live = Paragraphs(lines(10))
    viewport = view(live, Paragraphs(lines(10)))
    live.is_live = True
    viewport.rows(40, 5, LOOK)
    assert not viewport.is_live
    viewport.to_top()
    viewport.rows(40, 5, LOOK)
    assert viewport.is_live
