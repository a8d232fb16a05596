from tests.tui.viewport.simple_blocks import LOOK, Paragraphs, texts

from aircher.tui.look import Role
from aircher.tui.viewport.view import Viewport


def view(*blocks: Paragraphs) -> Viewport:
    viewport = Viewport(lambda: None, has_bar=False)
    for block in blocks:
        viewport.append(block)
    viewport.rows(24, 6, LOOK)
    return viewport


def marked(viewport: Viewport, role: Role) -> list[str]:
    return [text for row in viewport.rows(24, 6, LOOK) for text, style in row.spans if style == LOOK.style(role)]


def current(viewport: Viewport) -> tuple[str, int, int]:
    viewport.rows(24, 6, LOOK)
    line = viewport.finder.current_row_hit()
    hit = viewport.finder.current
    assert line is not None
    assert hit is not None
    return hit.held.rows[line.row].text, viewport.finder.position, viewport.finder.tally.total


def test_the_nearest_hit_above_is_gone_to_and_all_are_marked() -> None:
    viewport = view(*(Paragraphs(f"block {number}\nneedle {number}\nx") for number in range(9)))
    viewport.find("needle")
    assert current(viewport) == ("needle 8", 9, 9)
    assert viewport.is_at_end
    viewport.find_previous()
    assert current(viewport) == ("needle 7", 8, 9)
    viewport.find_next()
    viewport.find_next()
    assert current(viewport) == ("needle 0", 1, 9)
    assert texts(viewport.rows(24, 6, LOOK))[1] == "needle 0"
    viewport.find_previous()
    assert current(viewport) == ("needle 8", 9, 9)
    assert marked(viewport, Role.HIT) == ["needle"]
    assert [*marked(viewport, Role.CURRENT_HIT)] == []  # under the hit it is bold and underlined


def test_typing_on_narrows_and_taking_back_widens_from_where_the_search_began() -> None:
    viewport = view(Paragraphs("abc"), Paragraphs("\n" * 20), Paragraphs("ab"), Paragraphs("\n" * 20))
    found = []
    for text in ("a", "ab", "abc", "abcd", "ab"):
        viewport.find(text)
        found.append((viewport.finder.tally.total, viewport.finder.position))
    assert found == [(2, 2), (2, 2), (1, 1), (0, 0), (2, 2)]
    viewport.find("")
    assert marked(viewport, Role.HIT) == []


def test_case_matters_only_with_capitals() -> None:
    viewport = view(Paragraphs("Needle needle NEEDLE İneedle"))
    totals = []
    for text in ("needle", "Needle", "NEEDLE"):
        viewport.find(text)
        totals.append(viewport.finder.tally.total)
    assert totals == [4, 1, 1]


def test_a_hit_that_was_wrapped_is_marked_in_both_rows() -> None:
    viewport = view(Paragraphs("some words and then a long needle haystack"))
    viewport.find("long needle")
    assert [row.text for row in viewport.rows(24, 6, LOOK)] == ["some words and then a", "long needle haystack"]
    viewport.find("a long")
    rows = viewport.rows(24, 6, LOOK)
    assert [[text for text, style in row.spans if style.bold] for row in rows] == [["a"], ["long"]]


def test_a_hit_that_is_folded_away_is_unfolded() -> None:
    block = Paragraphs("head\nhidden needle")
    block.toggle()
    viewport = view(block)
    assert texts(viewport.rows(24, 6, LOOK)) == ["head"]
    viewport.find("needle")
    assert current(viewport) == ("hidden needle", 1, 1)


def test_what_arrives_while_searching_is_counted_when_there_is_time() -> None:
    block = Paragraphs("needle")
    viewport = view(block)
    viewport.find("needle")
    block.append(" needle")
    viewport.touched(block)
    viewport.append(Paragraphs("needle"))
    while viewport.idle():
        pass
    assert viewport.finder.tally.total == 3
    viewport.hold(())
    while viewport.idle():
        pass
    assert viewport.finder.tally.total == 0


def test_a_long_conversation_is_searched_in_slices() -> None:
    viewport = view(Paragraphs("first needle"), *(Paragraphs("x" * 100_000) for _ in range(20)))
    viewport.find("needle")
    assert not viewport.finder.tally.is_complete
    slices = 0
    while viewport.finder.step():
        slices += 1
    assert slices > 2
    assert current(viewport) == ("first needle", 1, 1)


def test_nothing_found_is_told() -> None:
    viewport = view(Paragraphs("a"))
    viewport.find("needle")
    assert not viewport.find_next()
    assert viewport.finder.position == 0
