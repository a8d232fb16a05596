"""What was sent before: with the arrows, and by searching."""

from tests.tui.composer.desk import World, desk, settled

from aircher.tui.composer.recall import MOST_CHARS, Recall


async def test_up_and_down_go_through_what_was_sent_and_back_to_the_draft(world: World) -> None:
    world.sent_before = ["two", "one"]
    async with desk(world) as d:
        d.type("draft")
        d.press("up")
        assert d.text == "two"
        d.press("up")
        assert d.text == "one"
        assert not d.press("up")
        d.press("down", "down")
        assert d.text == "draft"
        assert not d.press("down")


async def test_the_arrows_move_within_a_text_first(world: World) -> None:
    world.sent_before = ["old"]
    async with desk(world) as d:
        d.type("one")
        d.press("shift+enter", "up")
        assert d.text == "one\n"
        d.press("up")
        assert d.text == "old"


async def test_texts_of_several_lines_are_passed_unless_something_is_done_with_them(world: World) -> None:
    world.sent_before = ["a\nb", "c\nd"]
    async with desk(world) as d:
        d.press("up", "up")
        assert d.text == "c\nd"
        d.press("left", "up")
        assert d.text == "c\nd"
        d.press("up")
        assert d.text == "c\nd"


async def test_a_draft_comes_back_with_its_chips(world: World) -> None:
    world.sent_before = ["old"]
    async with desk(world) as d:
        d.paste("\n" * 50)
        d.type("x")
        d.press("up", "down")
        assert d.rows(60)[1] == "> [pasted 50 lines]x"
        assert d.text == "\n" * 50 + "x"


async def test_what_is_sent_is_remembered_once(world: World) -> None:
    async with desk(world) as d:
        for text in ("one", "two", "two"):
            d.type(text)
            d.press("enter")
        await settled()
        assert world.sent_before == ["two", "one"]
        d.press("up", "up")
        assert d.text == "one"


async def test_what_comes_back_from_the_history_opens_no_popup(world: World) -> None:
    world.sent_before = ["/mode", "older"]
    async with desk(world) as d:
        d.press("up")
        assert (d.text, d.popup()) == ("/mode", [])
        d.press("up")
        assert d.text == "older"


async def test_a_huge_prompt_comes_back_with_its_end_folded(world: World) -> None:
    huge = "look at this\n" + "x" * 9_000
    world.sent_before = [huge]
    async with desk(world) as d:
        d.press("up")
        assert d.rows(60)[1:3] == ["> look at this", "  [pasted 9,000 characters]"]
        d.press("enter")
        assert d.sent[0].text == huge


async def test_searching_shows_several_and_enter_takes_one(world: World) -> None:
    world.sent_before = ["fix the parser", "write docs", "fix the\nlexer", "parse it"]
    async with desk(world) as d:
        d.type("draft")
        d.press("ctrl+r")
        assert d.popup() == ["fix the parser", "write docs", "fix the lexer", "parse it"]
        d.type("fix")
        assert d.popup() == ["fix the parser", "fix the lexer"]
        assert d.rows()[1] == "> fix"
        d.press("ctrl+r", "enter")
        assert d.text == "fix the\nlexer"
        assert d.sent == []
        assert d.popup() == []


async def test_letters_with_gaps_are_found_behind_whole_words(world: World) -> None:
    world.sent_before = ["place after serving", "run the parser"]
    async with desk(world) as d:
        d.press("ctrl+r")
        d.type("pars")
        assert d.popup()[0] == "run the parser"


async def test_escape_leaves_the_search_and_the_draft_alone(world: World) -> None:
    world.sent_before = ["one"]
    async with desk(world) as d:
        d.type("draft")
        d.press("ctrl+r")
        d.type("?o")
        d.press("backspace", "backspace")
        d.paste("on\ne")
        assert d.rows()[1] == "> on e"
        assert d.press("escape")
        assert (d.text, d.popup()) == ("draft", [])
        assert d.rows()[1] == "> draft"


async def test_what_the_store_finds_is_put_behind_the_rest(world: World) -> None:
    world.sent_before = ["new fix"]
    world.sent_long_ago = ["old fix", "new fix", "other"]
    async with desk(world) as d:
        d.press("ctrl+r")
        world.gate.close()
        d.type("fix")
        assert d.popup() == ["new fix"]
        world.gate.open()
        await d.until_popup("new fix", "old fix")
        d.press("down", "enter")
        assert d.text == "old fix"


async def test_nothing_found_is_nothing_taken(world: World) -> None:
    async with desk(world) as d:
        d.type("draft")
        d.press("ctrl+r")
        d.type("zzz")
        d.press("up", "down", "enter")
        assert (d.text, d.sent) == ("draft", [])


async def test_keys_of_the_screen_are_its_own_while_searching(world: World) -> None:
    async with desk(world) as d:
        d.press("ctrl+r")
        assert not d.press("ctrl+p")
        assert d.press("ctrl+c")
        assert not d.press("ctrl+c")


def test_the_oldest_are_forgotten_when_all_are_too_long() -> None:
    recall = Recall()
    recall.load(["a" * (MOST_CHARS // 2), "b" * (MOST_CHARS // 2), "c"])
    assert [text[0] for text in recall.entries] == ["a", "b"]
    recall.add("d" * (2 * MOST_CHARS))
    assert [text[0] for text in recall.entries] == ["d"]
