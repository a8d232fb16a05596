"""Popups for files, commands and arguments: results come when they like, keys go on."""

import pytest
from tests.tui.composer.desk import PATHS, World, desk, settled
from tests.tui.looks import LOOK, roles

from aircher.domain.errors import AircherError
from aircher.domain.messages import TextPart
from aircher.tui.composer.submission import mention
from aircher.tui.look import Role
from aircher.tui.terminal.events import KeyPressed, MouseUsed


async def test_files_that_the_work_is_about_come_first(world: World) -> None:
    async with desk(world) as d:
        d.type("see @")
        await d.until_popup("src/menu.py", "README.md")
        assert d.popup(30) == ["src/menu.py  changed", "README.md"]


async def test_letters_find_a_file_and_tab_inserts_it(world: World) -> None:
    async with desk(world) as d:
        d.type("see @mai")
        await d.until_popup("src/main.py", "tests/test_main.py")
        d.press("tab")
        assert d.text == "see @src/main.py "
        assert d.popup() == []
        d.type("now")
        d.press("enter")
        assert [sent.text for sent in d.sent] == ["see @src/main.py now"]


async def test_a_name_with_spaces_is_quoted(world: World) -> None:
    async with desk(world) as d:
        d.type("@note")
        await d.until_popup("src/my notes.md")
        d.press("enter")
        assert d.text == '@"src/my notes.md" '
        d.press("enter")
        assert d.sent[0].text == '@"src/my notes.md"'


async def test_spaces_can_be_typed_inside_quotes(world: World) -> None:
    async with desk(world) as d:
        d.type('@"my no')
        await d.until_popup("src/my notes.md")
        d.press("tab")
        assert d.text == '@"src/my notes.md" '


async def test_found_letters_are_marked(world: World) -> None:
    async with desk(world) as d:
        d.type("@README")
        await d.until_popup("README.md")
        spans = d.composer.popup(40, 8, LOOK)[0].spans
        assert "".join(text for text, role in roles(spans) if role is Role.HIT) == "README"


async def test_what_is_typed_in_full_is_sent_by_enter(world: World) -> None:
    async with desk(world) as d:
        d.type("see @README.md")
        await d.until_popup("README.md")
        d.press("enter")
        assert [sent.text for sent in d.sent] == ["see @README.md"]


async def test_keys_typed_before_the_results_come_are_neither_lost_nor_reordered(world: World) -> None:
    async with desk(world) as d:
        world.gate.close()
        d.type("see @mai")
        d.press("tab")
        d.type("and go")
        assert d.text == "see @mai"
        world.gate.open()
        await d.until(lambda: d.text == "see @src/main.py and go")


async def test_arrows_wait_for_the_results_that_they_go_through(world: World) -> None:
    world.sent_before = ["old"]
    async with desk(world) as d:
        world.gate.close()
        d.type("@")
        d.press("down", "tab")
        assert d.text == "@"
        world.gate.open()
        await d.until(lambda: d.text == "@README.md ")


async def test_keys_that_wait_for_nothing_are_done_in_the_end(world: World) -> None:
    async with desk(world) as d:
        world.gate.close()
        d.type("@mai")
        d.press("down", "tab")
        d.type("x")
        await d.until(lambda: d.text == "@maix")
        world.gate.open()


async def test_enter_waits_for_results_but_not_for_long(world: World) -> None:
    async with desk(world) as d:
        world.gate.close()
        d.type("see @mai")
        d.press("enter")
        d.type("next")
        assert d.sent == []
        await d.until(lambda: d.text == "next")
        assert [sent.text for sent in d.sent] == ["see @mai"]
        world.gate.open()


async def test_a_key_of_the_screen_ends_the_waiting(world: World) -> None:
    async with desk(world) as d:
        world.gate.close()
        d.type("see @mai")
        d.press("enter")
        d.type("next")
        assert not d.press("ctrl+p")
        assert ([sent.text for sent in d.sent], d.text) == (["see @mai"], "next")
        world.gate.open()


async def test_stale_results_are_dropped(world: World) -> None:
    async with desk(world) as d:
        world.gate.close()
        d.type("@mai")
        d.press("backspace", "backspace", "backspace", "backspace")
        d.type("plain")
        world.gate.open()
        await settled()
        assert d.popup() == []
        assert d.text == "plain"


async def test_files_are_asked_for_once_a_popup(world: World) -> None:
    async with desk(world) as d:
        d.type("@")
        await d.until_popup("src/menu.py")
        d.type("main.p")
        await d.until_popup("src/main.py")
        assert world.questions == 2  # what the work is about, and all
        d.press("escape")
        d.type(" @mai")
        await d.until_popup("src/main.py")
        assert world.questions == 3


async def test_many_files_are_ranked_beside_the_loop(world: World) -> None:
    world.paths_known = [f"src/part_{number}/module_{number}.py" for number in range(5_000)]
    async with desk(world) as d:
        d.type("@module_4321")
        await d.until_popup("src/part_4321/module_4321.py")
        d.press("enter")
        assert d.text == "@src/part_4321/module_4321.py "


async def test_names_that_cannot_be_written_are_not_offered(world: World) -> None:
    world.paths_known = ("evil\nname.py", "evil\x1b[2J.py", "evil\ue400.py", "evil\udcff.py", "evil but fine.py")
    async with desk(world) as d:
        d.type("@evil")
        await d.until_popup("evil but fine.py")
        assert d.popup() == ["evil but fine.py"]


async def test_escape_closes_until_something_else_is_typed(world: World) -> None:
    async with desk(world) as d:
        d.type("@mai")
        await d.until_popup("src/main.py")
        assert d.press("escape")
        assert d.popup() == []
        d.type("n")
        await settled()
        assert d.popup() == []
        assert not d.press("escape")
        d.type(" @men")
        await d.until_popup("src/menu.py")


async def test_walking_through_a_mention_opens_nothing(world: World) -> None:
    async with desk(world) as d:
        d.composer.put(TextPart(text="see @src/main.py "))
        d.press("left", "left", "left")
        d.paste("@x")
        await settled()
        assert d.popup() == []
        assert world.questions == 0


@pytest.mark.parametrize("text", ["mail me@", "!cat @", "a@b", 'said "@"'])
async def test_not_every_at_sign_is_a_mention(world: World, text: str) -> None:
    async with desk(world) as d:
        d.type(text)
        await settled()
        assert d.popup() == []


async def test_failing_ports_are_told_and_close_the_popup(world: World) -> None:
    world.failure = AircherError("the index is being built")
    async with desk(world) as d:
        d.type("@mai")
        await d.until(lambda: world.told == ["the index is being built"])
        d.press("enter")
        assert [sent.text for sent in d.sent] == ["@mai"]
        world.failure = None


async def test_commands_are_offered_with_what_they_do(world: World) -> None:
    async with desk(world) as d:
        d.type("/")
        assert [" ".join(row.split()) for row in d.popup(60)] == [
            "/help what there is",
            "/memory what is remembered",
            "/mode [MODE] change the permission mode",
            "/model [NAME] choose a model",
            "/theme [NAME] choose colours",
        ]
        d.type("mo")
        assert [row.split()[0] for row in d.popup(60)] == ["/mode", "/model", "/memory"]


@pytest.mark.parametrize(
    ("typed", "keys", "sent", "left"),
    [
        ("/hel", ("enter",), ["help"], ""),
        ("/mode", ("enter",), ["mode"], ""),
        ("/mo", ("down", "enter"), ["model"], ""),
        ("/mdl", ("enter",), ["mdl"], ""),
        ("/mdl", ("down", "enter"), [], "/model "),
        ("/", ("enter",), [], "/help "),
        ("/xyz", ("enter",), ["xyz"], ""),
        ("/mo", ("tab",), [], "/mode "),
        ("/mo", ("up", "tab"), [], "/memory "),
        ("/help me", ("enter",), ["help me"], ""),
    ],
)
async def test_enter_runs_only_what_is_being_typed(
    world: World, typed: str, keys: tuple[str, ...], sent: list[str], left: str
) -> None:
    async with desk(world) as d:
        d.type(typed)
        await settled()
        d.press(*keys)
        assert ([each.text for each in d.sent], d.text) == (sent, left)


@pytest.mark.parametrize(
    ("typed", "keys", "sent", "left"),
    [
        ("/theme ", ("enter",), ["theme"], ""),
        ("/theme li", ("enter",), ["theme light"], ""),
        ("/theme ght", ("enter",), ["theme ght"], ""),
        ("/theme ", ("down", "tab"), [], "/theme dawn "),
        ("/theme mine", ("enter",), ["theme mine"], ""),
    ],
)
async def test_arguments_are_completed_behind_their_command(
    world: World, typed: str, keys: tuple[str, ...], sent: list[str], left: str
) -> None:
    async with desk(world) as d:
        d.type(typed)
        await settled()
        d.press(*keys)
        assert ([each.text for each in d.sent], d.text) == (sent, left)


async def test_arguments_are_offered_with_what_they_mean(world: World) -> None:
    async with desk(world) as d:
        d.type("/theme da")
        await d.until_popup("dark", "dawn")
        assert " ".join(d.popup()[0].split()) == "dark for the night"


async def test_a_long_list_is_scrolled_by_the_arrows(world: World) -> None:
    world.paths_known = [f"file_{number:02}.py" for number in range(20)]
    async with desk(world) as d:
        d.type("@file_")
        await d.until(lambda: len(d.popup()) == 8)
        assert d.popup()[0].startswith("file_00.py")
        d.press(*["down"] * 9)
        assert [row[:10] for row in d.popup()] == [f"file_{number:02}.py" for number in range(2, 10)]
        assert (d.popup()[0][-1], d.popup()[-1][-1]) == ("^", "v")
        d.press(*["up"] * 10)
        assert d.popup()[-1].startswith("file_19.py")


async def test_a_click_takes_a_choice(world: World) -> None:
    async with desk(world) as d:
        d.type("/mo")
        assert len(d.popup()) == 3
        assert d.composer.handle(MouseUsed(kind="scroll_down", x=3, y=-1))
        assert d.composer.handle(MouseUsed(kind="press", x=3, y=-2, button="left"))
        assert d.text == "/model "
        assert not d.composer.handle(MouseUsed(kind="press", x=3, y=-9, button="left"))


async def test_popups_fit_into_any_place(world: World) -> None:
    async with desk(world) as d:
        d.type("/")
        for width in (1, 2, 3, 5, 20, 300):
            assert {row.width for row in d.composer.popup(width, 3, LOOK)} == {width}
        assert d.composer.popup(10, 0, LOOK) == []


async def test_a_space_that_follows_is_not_doubled(world: World) -> None:
    async with desk(world) as d:
        d.type("see  now")
        d.press(*["left"] * 4)
        d.type("@mai")
        await d.until_popup("src/main.py")
        d.press("tab")
        assert d.text == "see @src/main.py now"


async def test_every_path_that_is_offered_is_mentioned_in_the_text_then(world: World) -> None:
    world.paths_known = ('odd "name".py', "back\\slash.txt", "ends.", "comma,", *PATHS)
    for path in world.paths_known:
        async with desk(world) as d:
            d.type("@")
            for char in path[:3]:
                if char in '"\\ ':
                    break
                d.composer.handle(KeyPressed(key=char, text=char))
            await d.until(lambda path=path: any(row.startswith(path) for row in d.popup(80)))  # type: ignore[misc]
            while not d.popup(80)[0].startswith(path):
                d.press("escape", "ctrl+u")
                d.type("@" + path.split(" ", maxsplit=1)[0].replace('"', ""))
                await settled()
            d.press("tab", "enter")
            assert d.sent[0].text == mention(path)
