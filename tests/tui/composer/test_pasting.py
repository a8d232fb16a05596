"""Pastes: small ones are text, large ones chips, paths of pictures become pictures."""

import base64
import sys
from pathlib import Path

import pytest
from tests.tui.composer.desk import Desk, World, desk, settled

from aircher.domain.messages import ImagePart, TextPart
from aircher.tui.composer.chips import MOST_CHIPS, foreign
from aircher.tui.composer.input import Input
from aircher.tui.composer.pictures import MAX_PICTURE_BYTES, Picture, read_pasted

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"
IMAGE = ImagePart(media_type="image/png", data_base64=base64.b64encode(PNG).decode())
LONG = "\n".join(f"line {number}" for number in range(120))


def put(folder: Path, name: str, data: bytes = PNG) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def row(d: Desk) -> str:
    return d.rows(60)[1]


async def test_a_small_paste_is_text_and_its_newlines_send_nothing(world: World) -> None:
    async with desk(world) as d:
        d.paste("one\r\ntwo\x1b[31m\x00\tthree\n")
        assert d.sent == []
        assert d.text == "one\ntwo[31m\tthree\n"


async def test_a_large_paste_is_a_chip_that_is_unfolded_when_it_is_sent(world: World) -> None:
    async with desk(world) as d:
        d.type("why ")
        d.paste(LONG)
        d.type("?")
        assert row(d) == "> why [pasted 120 lines]?"
        assert d.sent == []
        d.press("enter")
        assert [sent.parts for sent in d.sent] == [(TextPart(text=f"why {LONG}?"),)]


async def test_one_long_line_is_a_chip_too(world: World) -> None:
    async with desk(world) as d:
        d.paste("x" * 1_001)
        assert row(d) == "> [pasted 1,001 characters]"
        d.paste("y" * 1_000)
        assert d.text.endswith("y" * 1_000)
        assert "pasted" not in d.rows(60)[-2]


async def test_a_chip_is_deleted_as_one_and_comes_back_by_undoing(world: World) -> None:
    async with desk(world) as d:
        d.type("a")
        d.paste(LONG)
        d.press("backspace")
        assert d.text == "a"
        d.press("ctrl+_")
        assert d.text == "a" + LONG


async def test_a_chip_is_unfolded_in_its_place(world: World) -> None:
    async with desk(world) as d:
        d.type("ab")
        d.press("left")
        d.paste(LONG)
        assert d.press("ctrl+o")
        assert d.rows(60, 200)[1:3] == ["> aline 0", "  line 1"]
        assert not d.press("ctrl+o")
        assert d.text == f"a{LONG}b"
        d.press("ctrl+_")
        assert row(d) == "> a[pasted 120 lines]b"


async def test_a_chip_too_long_to_edit_stays_one(world: World) -> None:
    async with desk(world) as d:
        d.paste("x" * 300_000)
        assert d.press("ctrl+o")
        assert world.told == ["[pasted 300,000 characters] is too long to unfold"]
        assert row(d) == "> [pasted 300,000 characters]"


async def test_a_text_full_of_chips_keeps_all_it_has(world: World) -> None:
    async with desk(world) as d:
        d.paste(LONG)
        d.press("backspace")  # a chip that only undoing could bring back makes room
        for number in range(MOST_CHIPS + 1):
            d.paste(f"{number}\n" * 20)
        assert world.told == ["a prompt may have 256 pastes and pictures"]
        assert d.text == "".join(f"{number}\n" * 20 for number in range(MOST_CHIPS))


async def test_more_than_a_prompt_may_have_is_refused(world: World) -> None:
    async with desk(world) as d:
        d.paste("x" * (8 * 1024 * 1024 + 1))
        assert world.told == ["the paste has 8,388,609 characters, and a prompt may have 8,388,608"]
        assert d.text == ""


async def test_what_was_pasted_decides_nothing(world: World) -> None:
    async with desk(world) as d:
        d.paste("!" + LONG)
        d.press("enter")
        assert d.sent[0].kind.value == "prompt"


async def test_the_path_of_a_picture_becomes_the_picture(world: World, tmp_path: Path) -> None:
    put(tmp_path, "shot.png")
    async with desk(world) as d:
        d.type("see ")
        d.paste("shot.png")
        d.type(" here")
        await d.until(lambda: row(d) == "> see [image shot.png] here")
        d.press("enter")
        assert d.sent[0].parts == (TextPart(text="see"), IMAGE, TextPart(text="here"))
        assert d.sent[0].text == f"see @{tmp_path}/shot.png here"


async def test_a_picture_alone_can_be_sent_before_it_is_read(world: World, tmp_path: Path) -> None:
    path = put(tmp_path, "shot.png")
    async with desk(world) as d:
        d.paste(str(path))
        d.press("enter")
        d.type("next")
        assert d.sent == []
        await d.until(lambda: d.text == "next")
        assert [sent.parts for sent in d.sent] == [(IMAGE,)]


@pytest.mark.parametrize(
    "pasted",
    [
        "{0}/my shot.png",
        "'{0}/my shot.png'",
        '"{0}/my shot.png" ',
        "{0}/my\\ shot.png",
        "file://{0}/my%20shot.png",
        "my shot.png\n",
    ],
)
async def test_paths_are_understood_as_terminals_write_them(world: World, tmp_path: Path, pasted: str) -> None:
    put(tmp_path, "my shot.png")
    async with desk(world) as d:
        d.paste(pasted.format(tmp_path))
        await d.until(lambda: row(d) == "> [image my shot.png]")


async def test_several_pictures_can_be_dragged_at_once(world: World, tmp_path: Path) -> None:
    put(tmp_path, "a.png")
    put(tmp_path, "b.gif", b"GIF89a\1\0\1\0")
    async with desk(world) as d:
        d.paste(f"{tmp_path}/a.png '{tmp_path}/b.gif'")
        d.type("!")
        await d.until(lambda: row(d) == "> [image a.png] [image b.gif]!")
        d.press("enter")
        kinds = [part.media_type if isinstance(part, ImagePart) else part.text for part in d.sent[0].parts]
        assert kinds == ["image/png", "image/gif", "!"]


async def test_what_only_looks_like_a_path_is_text(world: World) -> None:
    async with desk(world) as d:
        d.type("draw ")
        d.paste("logo.png")
        d.type(" please")
        assert d.text == "draw logo.png please"
        await d.until(lambda: row(d) == "> draw logo.png please")
        assert world.told == []


async def test_a_picture_that_cannot_be_taken_is_told_and_stays_a_path(world: World, tmp_path: Path) -> None:
    put(tmp_path, "page.png", b"<html>")
    with put(tmp_path, "huge.png").open("r+b") as file:
        file.truncate(MAX_PICTURE_BYTES + 1)
    async with desk(world) as d:
        d.paste("page.png")
        await d.until(lambda: row(d) == "> page.png")
        d.type(" ")
        d.paste("huge.png")
        await d.until(lambda: row(d) == "> page.png huge.png")
        assert world.told == [
            f"{tmp_path}/page.png is not a picture that models take",
            f"{tmp_path}/huge.png is larger than the 20 MiB that models take",
        ]


async def test_a_line_for_the_shell_gets_the_path(world: World, tmp_path: Path) -> None:
    put(tmp_path, "shot.png")
    async with desk(world) as d:
        d.type("!file ")
        d.paste("shot.png")
        assert d.text == "!file shot.png"


async def test_a_picture_comes_from_the_clipboard(world: World) -> None:
    world.picture = PNG
    async with desk(world) as d:
        d.type("a")
        assert d.press("ctrl+v")
        d.type("b")
        await d.until(lambda: row(d) == "> a[image]b")
        d.press("enter")
        assert d.sent[0].parts == (TextPart(text="a"), IMAGE, TextPart(text="b"))


async def test_a_clipboard_without_a_picture_is_told(world: World) -> None:
    async with desk(world) as d:
        d.type("a")
        d.press("ctrl+v")
        d.type("b")
        await d.until(lambda: d.text == "ab")
        await settled()
        assert row(d) == "> ab"
        assert world.told == ["there is no picture in the clipboard"]


async def test_an_edit_elsewhere_keeps_chips_that_it_left_alone(world: World, tmp_path: Path) -> None:
    put(tmp_path, "a.png")
    async with desk(world) as d:
        d.type("see ")
        d.paste("a.png")
        await d.until(lambda: row(d) == "> see [image a.png]")
        d.paste(LONG)
        world.edit = lambda text: text.replace("see", "look at")
        d.press("ctrl+g")
        await d.until(lambda: row(d) == "> look at [image a.png][pasted 120 lines]")
        world.edit = lambda text: text.replace("line 7\n", "")
        d.press("ctrl+g")
        await d.until(lambda: d.rows(60, 200)[1] == "> look at [image a.png]line 0")


def test_pipes_and_folders_are_no_pictures(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    for name in ("pipe.png", "folder.png", "\0.png", "~nobody-at-all/x.png", "file://elsewhere/x.png", "", "   "):
        assert read_pasted(name, str(tmp_path)) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x1b[2Jx\x9b", "[2Jx"),
        ("\ue400\ue5ef\ue5f0", "\N{REPLACEMENT CHARACTER}" * 2 + "\ue5f0"),
        ("\ud800", "\N{REPLACEMENT CHARACTER}"),
        ("漢字 👩‍👩‍👧", "漢字 👩‍👩‍👧"),
    ],
)
def test_foreign_text_is_cleaned(text: str, left: str) -> None:
    assert foreign(text) == left


def test_a_draft_with_a_large_paste_is_put_together_without_a_look_at_each_of_its_characters() -> None:
    def calls(lines: int) -> int:
        made = Input()
        made.paste("é Привет мир\n" * lines)
        made.editor.insert("naïve")
        counted: list[str] = []
        before = sys.getprofile()
        sys.setprofile(lambda _, what, __: counted.append(what))
        try:
            text = made.expanded()
        finally:
            sys.setprofile(before)
        assert text == "é Привет мир\n" * lines + "naïve"
        return len(counted)

    assert calls(1_000) == calls(100)


def test_signs_of_chips_that_stand_for_nothing_are_left_out_of_text_and_names() -> None:
    made = Input()
    made.editor.insert("é\ue4f0a")
    mark = made.begin_picture()
    made.editor.insert("\ue4f1b")
    made.end_picture(mark, [Picture("/pictures/\ue4f2c.png", IMAGE)])
    assert made.expanded() == "éa@/pictures/c.pngb"
    assert made.outlined() == ("éa[image 1: c.png]b", [("[image 1: c.png]", mark)])


async def test_a_prompt_that_comes_back_has_its_pictures_in_their_places(world: World) -> None:
    async with desk(world) as d:
        d.composer.put(TextPart(text="what is"), IMAGE, TextPart(text="here?"))
        assert row(d) == "> what is [image] here?"
        d.press("enter")
        assert [sent.parts for sent in d.sent] == [(TextPart(text="what is"), IMAGE, TextPart(text="here?"))]


async def test_what_is_put_below_a_draft_leaves_the_draft(world: World) -> None:
    async with desk(world) as d:
        d.paste(LONG)
        d.composer.put(IMAGE, is_added=True)
        d.composer.put(TextPart(text="more"), is_added=True)
        d.press("enter")
        assert [sent.parts for sent in d.sent] == [(TextPart(text=LONG), IMAGE, TextPart(text="more"))]
