from tests.tui.blocks.scene import Scene, ended
from tests.tui.viewport.simple_blocks import LOOK, Paragraphs, texts

from aircher.domain.display import ShellBlock
from aircher.tui.look import Role
from aircher.tui.parts import Block
from aircher.tui.terminal.events import KeyPressed, MouseKind, MouseUsed
from aircher.tui.viewport.view import Viewport

WORDS = " ".join(f"word{number}" for number in range(12))


class Desk:
    """A viewport of 24 by 6 cells, a mouse, a keyboard and a clipboard."""

    def __init__(self, *blocks: Block) -> None:
        self.copied: list[str] = []
        self.time_s = 0.0
        self.viewport = Viewport(lambda: None, copy=self.copied.append, now_s=lambda: self.time_s, has_bar=False)
        for block in blocks:
            self.viewport.append(block)
        self.frame()

    def frame(self) -> list[str]:
        return [text.rstrip() for text in texts(self.viewport.rows(24, 6, LOOK))]

    def mouse(self, kind: MouseKind, x: int, y: int) -> None:
        assert self.viewport.handle(MouseUsed(kind=kind, x=x, y=y, button="left"))
        self.frame()

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        self.mouse("press", *start)
        self.mouse("drag", *end)
        self.mouse("release", *end)

    def click(self, x: int, y: int) -> None:
        self.mouse("press", x, y)
        self.mouse("release", x, y)

    def keys(self, *keys: str) -> None:
        for key in keys:
            assert self.viewport.handle(KeyPressed(key=key))
            self.frame()

    def marked(self) -> list[str]:
        style = LOOK.style(Role.SELECTION)
        rows = self.viewport.rows(24, 6, LOOK)
        return ["".join(text for text, found in row.spans if found == style) for row in rows]


def test_a_line_that_was_wrapped_is_copied_as_one() -> None:
    desk = Desk(Paragraphs(f"{WORDS}\nnext line"))
    assert desk.frame()[0].startswith("word0")
    desk.drag((0, 0), (9, 5))
    assert desk.copied == [f"{WORDS}\nnext line"]


def test_part_of_two_blocks_is_copied_with_a_blank_line_between_them() -> None:
    desk = Desk(Paragraphs("one two"), Paragraphs("three four"))
    desk.drag((4, 0), (5, 2))
    assert desk.copied == ["two\n\nthree"]
    assert desk.marked() == ["two", "", "three"]


def test_a_drag_upwards_selects_the_same() -> None:
    desk = Desk(Paragraphs("one two"), Paragraphs("three four"))
    desk.drag((5, 2), (4, 0))
    assert desk.copied == ["two\n\nthree"]


def test_a_word_broken_within_is_whole_again() -> None:
    path = "src/" + "x" * 40 + "/end.py"
    desk = Desk(Paragraphs(path))
    desk.drag((0, 0), (24, 2))
    assert desk.copied == [path]


def test_a_double_click_takes_a_word_and_a_third_the_line() -> None:
    desk = Desk(Paragraphs(f"see src/a.py: {WORDS}\nend", folds=False))
    desk.click(6, 0)
    desk.click(6, 0)
    desk.click(6, 0)
    assert desk.copied == ["src/a.py:", f"see src/a.py: {WORDS}"]


def test_two_slow_clicks_are_no_double_click() -> None:
    desk = Desk(Paragraphs("one two", folds=False))
    desk.click(1, 0)
    desk.time_s = 5
    desk.click(1, 0)
    assert desk.copied == []


def test_a_click_on_a_header_folds_its_block_and_leaves_it_where_it_is() -> None:
    block = Paragraphs("head\na\nb\nc")
    desk = Desk(Paragraphs("x\ny"), block)
    assert desk.frame() == ["y", "", "head", "a", "b", "c"]
    desk.click(0, 2)
    assert desk.frame() == ["x", "y", "", "head"]
    desk.click(0, 3)
    assert desk.frame() == ["x", "y", "", "head", "a", "b"]
    assert desk.viewport.new_rows == 1


def test_a_click_on_the_row_that_stands_for_more_unfolds_its_block_and_one_on_its_text_does_not() -> None:
    shell = ShellBlock(command="seq 7", output="1\n2\n3\n4\n5\n6\n7", exit_status=0)
    desk = Desk(Scene().done("shell", {"command": "seq 7"}, ended(display=(shell,), exit_status=0)))
    assert desk.frame() == ["  … 2 lines above", "  3", "  4", "  5", "  6", "  7"]
    desk.click(2, 1)
    assert desk.frame()[0] == "  … 2 lines above"
    desk.click(4, 0)
    assert desk.frame() == ["  1", "  2", "  3", "  4", "  5", "  6"]


def test_a_selection_stays_on_its_text_while_more_arrives() -> None:
    block = Paragraphs("one\ntwo\nthree")
    desk = Desk(block)
    desk.drag((0, 1), (3, 1))
    block.append("\n4\n5\n6\n7")
    desk.viewport.touched(block)
    assert desk.marked() == ["two", "", "", "", "", ""]
    assert desk.viewport.selected_text() == "two"


def test_a_drag_at_an_edge_scrolls_as_long_as_it_is_there() -> None:
    desk = Desk(Paragraphs("\n".join(str(number) for number in range(20))))
    desk.mouse("press", 2, 3)
    desk.mouse("drag", 0, 0)
    assert desk.viewport.selecting.pull < 0
    for _ in range(30):
        desk.viewport.selecting.autoscroll()
        desk.frame()
    assert desk.frame()[0] == "0"
    desk.mouse("release", 0, 0)
    assert desk.copied == ["\n".join(str(number) for number in range(18))]
    assert desk.viewport.selecting.pull == 0


def test_wide_signs_are_taken_whole() -> None:
    desk = Desk(Paragraphs("日本語 text", folds=False))
    desk.drag((0, 0), (4, 0))
    assert desk.copied == ["日本"]


def test_a_drag_between_halves_of_wide_signs_takes_whole_ones_and_hides_none() -> None:
    desk = Desk(Paragraphs("你好世界", folds=False))
    desk.drag((1, 0), (5, 0))
    desk.drag((4, 0), (1, 0))
    assert desk.copied == ["你好", "你好"]
    assert desk.marked()[0] == "你好"
    assert desk.frame()[0] == "你好世界"
    desk.drag((2, 0), (3, 0))
    assert desk.copied == ["你好", "你好"]


def test_the_keyboards_cursor_takes_a_wide_sign_in_one_step_and_shows_it() -> None:
    desk = Desk(Paragraphs("ab\na世界b"))
    desk.viewport.keyboard.begin()
    style = LOOK.style(Role.CURRENT_HIT)

    def under(*keys: str) -> str:
        desk.keys(*keys)
        rows = desk.viewport.rows(24, 6, LOOK)
        return "".join(text for row in rows for text, found in row.spans if found == style)

    assert [under("right") for _ in range(4)] == ["世", "界", "b", " "]
    assert [under("left") for _ in range(4)] == ["b", "界", "世", "a"]
    assert under("right", "right", "up", "down") == "界"
    assert under("left", "shift+right", "shift+right") == "b"
    assert desk.viewport.selected_text() == "世界"
    assert desk.frame() == ["ab", "a世界b"]


def test_the_keyboard_selects_with_a_cursor() -> None:
    desk = Desk(Paragraphs("one two\nthree"))
    desk.viewport.keyboard.begin()
    desk.keys("up", "right", "right", "right", "right", "space", "down", "end", "enter")
    assert desk.copied == ["two\nthree"]
    assert not desk.viewport.handle(KeyPressed(key="down"))


def test_shift_extends_and_escape_leaves() -> None:
    desk = Desk(Paragraphs("one two\nthree"))
    desk.viewport.keyboard.begin()
    desk.keys("shift+right", "shift+right", "shift+left", "shift+end")
    assert desk.viewport.selected_text() == "three"
    desk.keys("escape")
    assert desk.viewport.selected_text() == ""
    assert desk.copied == []


def test_the_cursor_scrolls_what_is_not_seen_into_sight() -> None:
    desk = Desk(Paragraphs("\n".join(str(number) for number in range(20))))
    desk.viewport.keyboard.begin()
    desk.keys("pageup", "pageup")
    assert desk.frame()[0] == "9"
    desk.keys("left")
    assert desk.frame()[0] == "8"
    desk.keys("pagedown", "pagedown", "pagedown", "home", "right", "right")
    assert desk.frame()[-1] == "19"


def test_what_is_held_no_longer_is_not_selected() -> None:
    desk = Desk(Paragraphs("one two"))
    desk.drag((0, 0), (3, 0))
    desk.viewport.clear()
    assert desk.viewport.selected_text() == ""


def test_signs_that_are_only_drawn_are_not_copied() -> None:
    from aircher.tui.terminal.rows import Row
    from aircher.tui.terminal.styles import PLAIN
    from aircher.tui.viewport.contents import Held
    from aircher.tui.viewport.copied import copied_lines

    held = Held(Paragraphs("Some **bold** words here\n```\n    x = 1\n```\n"))
    drawn = ["╭─────────╮", "▎ Some bold", "▎ words here", "│     x = 1", "╰─────────╯"]
    held.rows = [Row.of((text, PLAIN)) for text in drawn]
    assert list(copied_lines(held, list(enumerate(held.rows)))) == ["Some bold words here", "    x = 1"]
