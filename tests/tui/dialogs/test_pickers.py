"""What the pickers list, and what the keys of each do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

import pytest
from tests.tui.dialogs.stage import HOSTILE, Stage, matches_snapshot, press, settled, staged, text_of, until
from tests.tui.looks import LOOK as COLORED

from aircher.config.sections_interface import Shortcuts
from aircher.domain.errors import StorageError
from aircher.domain.ids import SessionId, TurnId
from aircher.domain.messages import ImagePart, PromptPart, TextPart
from aircher.domain.models import Capabilities, ModelInfo, Prices
from aircher.testing.manual_clock import EPOCH
from aircher.tui.dialogs.asking import Hint
from aircher.tui.dialogs.help import Help
from aircher.tui.dialogs.palette import Palette
from aircher.tui.dialogs.pickers import ChosenModel, Models, Modes, Providers, Themes
from aircher.tui.dialogs.ports import (
    CommandFacts,
    Lane,
    ModeFacts,
    ProviderFacts,
    Rewind,
    SessionFacts,
    SessionHit,
    SettingFacts,
    TurnFacts,
    WaitingFacts,
)
from aircher.tui.dialogs.preview import Passage
from aircher.tui.dialogs.sessions import Sessions
from aircher.tui.dialogs.settings import Settings
from aircher.tui.dialogs.turns import Turns
from aircher.tui.dialogs.waiting import Waiting
from aircher.tui.dialogs.words import key_name
from aircher.tui.keymap import Action, Keymap
from aircher.tui.look import Role
from aircher.tui.waiting import prompt_text

COMMANDS = (
    CommandFacts(name="cost", summary="what was spent"),
    CommandFacts(name="model", summary="choose the model", arguments="[name]", aliases=("llm",)),
)


class Shelf:
    """Three sessions in memory."""

    def __init__(self) -> None:
        titles = ("Fix the login", "Write docs\nfor everything", "日本語のセッション")
        self.kept = [
            SessionFacts(
                session_id=SessionId(f"s{at}"),
                title=title,
                used_at=EPOCH - timedelta(hours=7 * at),
                turns=at + 1,
                cost_usd=at / 10,
                is_current=at == 0,
            )
            for at, title in enumerate(titles)
        ]
        self.problem = ""

    async def sessions(self) -> Sequence[SessionFacts]:
        return tuple(self.kept)

    async def search(self, text: str) -> Sequence[SessionHit]:
        return (
            [SessionHit(self.kept[2], (("… so ", False), (text, True), (" is [what] we said …", False)))]
            if text == "lo"
            else []
        )

    async def preview(self, session_id: SessionId) -> Sequence[Passage]:
        return [Passage("you", f"hello {session_id}"), Passage("model", "what shall I do?")]

    async def find(self, beginning: str) -> SessionId:
        return SessionId(beginning)

    async def rename(self, session_id: SessionId, title: str) -> None:
        if self.problem:
            raise StorageError(self.problem, hint="free some space", code="storage.full")
        from dataclasses import replace

        self.kept = [replace(item, title=title) if item.session_id == session_id else item for item in self.kept]

    async def delete(self, session_id: SessionId) -> None:
        self.kept = [item for item in self.kept if item.session_id != session_id]


async def sessions(stage: Stage, shelf: Shelf) -> Sessions:
    asking = Sessions(stage.host, shelf)
    await until(lambda: "Fix the login" in text_of(asking))
    return asking


async def test_a_session_is_found_by_its_title_or_by_what_was_said() -> None:
    async with staged() as stage:
        asking = await sessions(stage, Shelf())
        press(asking, "l", "o")
        await until(lambda: "so lo is [what] we said" in text_of(asking, 120, 40))
        await until(lambda: "hello s0" in text_of(asking, 120, 40))
        press(asking, "down")
        text_of(asking, 120, 40)
        await until(lambda: "hello s2" in text_of(asking, 120, 40))
        assert "found" in text_of(asking, 120, 40)
        press(asking, "enter")
        assert asking.answered.result() == "s2"


async def test_what_was_looked_for_is_marked_in_what_was_said_which_is_shown_as_it_is() -> None:
    async with staged() as stage:
        asking = await sessions(stage, Shelf())
        press(asking, "l", "o")
        await until(lambda: "so lo is [what] we said" in text_of(asking, 120, 40))
        [row] = [row for row in asking.rows(120, 40, COLORED) if "… so lo is [what] we said …" in row.text]
        hit = COLORED.style(Role.HIT)
        assert [text for text, style in row.spans if style == hit] == ["lo"]


@pytest.mark.parametrize("name", ["ctrl+r", "f2"])
async def test_a_session_is_renamed(name: str) -> None:
    async with staged() as stage:
        shelf = Shelf()
        asking = await sessions(stage, shelf)
        press(asking, "down", name)
        assert asking.title == "Rename session"
        press(asking, "ctrl+u", "enter")
        assert "a session needs a title" in text_of(asking)
        press(asking, *"Docs", "enter")
        await until(lambda: "❯ Docs" in text_of(asking))
        assert (shelf.kept[1].title, asking.title) == ("Docs", "Sessions")


async def test_a_session_that_cannot_be_renamed_keeps_its_title_and_says_why() -> None:
    async with staged() as stage:
        shelf = Shelf()
        shelf.problem = "the disk is full"
        asking = await sessions(stage, shelf)
        press(asking, "f2", "x", "enter")
        await until(lambda: "the disk is full" in text_of(asking))
        press(asking, "down")
        assert "the disk is full" not in text_of(asking)


async def test_a_session_is_deleted_only_after_a_second_question() -> None:
    async with staged() as stage:
        shelf = Shelf()
        asking = await sessions(stage, shelf)
        press(asking, "down", "ctrl+x", "enter")
        press(asking, "ctrl+x", "escape")
        await settled()
        assert len(shelf.kept) == 3
        press(asking, "ctrl+x", "y")
        await until(lambda: len(shelf.kept) == 2)
        await until(lambda: "❯ 日本語" in text_of(asking))
        assert not asking.answered.done()


async def test_the_open_session_cannot_be_deleted() -> None:
    async with staged() as stage:
        shelf = Shelf()
        asking = await sessions(stage, shelf)
        press(asking, "ctrl+x")
        assert "this session is open" in text_of(asking)


async def test_sessions_look_as_they_did() -> None:
    async with staged() as stage:
        asking = await sessions(stage, Shelf())
        text_of(asking, 120, 40)
        await until(lambda: "hello s0" in text_of(asking, 120, 40))
        matches_snapshot("sessions", asking)
        press(asking, "down", "ctrl+x")
        matches_snapshot("sessions-delete", asking)


async def test_a_session_of_one_turn_is_told_as_such_before_it_is_deleted() -> None:
    async with staged() as stage:
        shelf = Shelf()
        shelf.kept[1] = replace(shelf.kept[1], turns=1)
        asking = await sessions(stage, shelf)
        press(asking, "down", "ctrl+x")
        assert "for everything”, 1 turn, is deleted with all its messages." in text_of(asking, 120, 40)


MODELS = (
    ModelInfo(
        provider="anthropic",
        name="large",
        context_tokens=200_000,
        prices=Prices(input_usd=3, output_usd=15),
        capabilities=Capabilities(tools=True, images=True, thinking=True, prompt_caching=True),
    ),
    ModelInfo(provider="anthropic", name="older", retires_on=date(2026, 1, 1), replaced_by="large"),
    ModelInfo(provider="local", name="small", context_tokens=8_192),
)


async def test_a_model_is_chosen_with_its_provider() -> None:
    async with staged() as stage:

        async def load() -> Sequence[ModelInfo]:
            return MODELS

        asking = Models(stage.host, load, current=ChosenModel("local", "small"))
        await until(lambda: "❯ small" in text_of(asking))
        assert "retired, use large" in text_of(asking, 120, 40)
        matches_snapshot("models", asking)
        press(asking, *"anthropic la", "enter")
        assert asking.answered.result() == ChosenModel("anthropic", "large")


async def test_a_provider_is_chosen_by_what_is_known_of_it() -> None:
    async with staged() as stage:

        async def load() -> Sequence[ProviderFacts]:
            return (
                ProviderFacts(name="work", kind="anthropic", key="from ANTHROPIC_API_KEY"),
                ProviderFacts(name="home", kind="ollama", key="needs none", is_current=True),
            )

        asking = Providers(stage.host, load)
        await until(lambda: "❯ home" in text_of(asking))
        matches_snapshot("providers", asking)
        press(asking, *"anthropic", "enter")
        assert asking.answered.result() == "work"


async def test_a_theme_is_shown_while_one_looks_for_it() -> None:
    async with staged() as stage:
        tried: list[str] = []
        asking = Themes(stage.host, ("dark", "light", "contrast"), current="dark", try_on=tried.append)
        matches_snapshot("themes", asking)
        press(asking, "down", "down", "enter")
        assert (tried, asking.answered.result()) == (["light", "contrast"], "contrast")


async def test_a_mode_that_cannot_be_had_says_why() -> None:
    async with staged() as stage:
        modes = (
            ModeFacts(name="ask", summary="reads pass, the rest is asked for"),
            ModeFacts(name="auto", summary="nothing is asked for", unavailable="there is no sandbox"),
        )
        asking = Modes("Permission mode", stage.host, modes, current="ask")
        matches_snapshot("modes", asking)
        press(asking, "down", "enter")
        assert not asking.answered.done()
        assert "auto is not available: there is no sandbox" in text_of(asking)
        press(asking, "up", "enter")
        assert asking.answered.result() == "ask"


def said(text: str) -> tuple[TextPart]:
    return (TextPart(text=text),)


TURNS = (
    TurnFacts(turn_id=TurnId("t1"), prompt=said("write the parser\nand tests"), at=EPOCH, changed_files=3),
    TurnFacts(turn_id=TurnId("t2"), prompt=said("what is it for?"), at=EPOCH),
)


@pytest.mark.parametrize(
    ("keys", "rewind"),
    [
        ("enter", Rewind(turn_id=TurnId("t2"), restores_files=False)),
        ("down enter y", Rewind(turn_id=TurnId("t1"), restores_files=True)),
        ("down tab enter", Rewind(turn_id=TurnId("t1"), restores_files=False)),
        ("tab tab down enter y", Rewind(turn_id=TurnId("t1"), restores_files=True)),
        ("p a r s enter y", Rewind(turn_id=TurnId("t1"), restores_files=True)),
        ("down enter escape up enter", Rewind(turn_id=TurnId("t2"), restores_files=False)),
        ("escape", None),
    ],
)
async def test_one_goes_back_to_a_turn_with_its_files_or_without(keys: str, rewind: Rewind | None) -> None:
    async with staged() as stage:
        asking = Turns(stage.host, TURNS)
        press(asking, *keys.split())
        assert asking.answered.result() == rewind


async def test_files_go_back_only_after_a_question_that_says_how_many() -> None:
    async with staged() as stage:
        asking = Turns(stage.host, TURNS)
        press(asking, "down", "enter")
        assert not asking.answered.done()
        told = " ".join(text_of(asking).replace("│", " ").split())
        assert "3 files that changed since then are put back as they were before “write the parser and tests”." in told
        press(asking, "enter")  # no is what Enter takes
        assert not asking.answered.done()
        assert "type to filter" in text_of(asking)


async def test_the_keys_of_a_turn_are_told_with_what_they_do() -> None:
    async with staged() as stage:
        asking = Turns(stage.host, TURNS)
        told = [list(asking.hints)]
        for key in ("down", "tab", "tab"):
            press(asking, key)
            told.append(list(asking.hints))
        close, with_files = Hint("Esc", "close"), Hint("Enter", "go back, and put 3 files back")
        assert told == [
            [Hint("Enter", "go back"), close],
            [with_files, Hint("Tab", "leave files"), close],
            [Hint("Enter", "go back, leave files"), Hint("Tab", "put files back"), close],
            [with_files, Hint("Tab", "leave files"), close],
        ]


async def test_a_step_before_the_last_turn_is_not_one_to_the_first() -> None:
    async with staged() as stage:
        asking = Turns(stage.host, TURNS)
        press(asking, "up", "enter")
        assert asking.answered.result() == Rewind(turn_id=TurnId("t2"), restores_files=False)


async def test_turns_look_as_they_did() -> None:
    async with staged() as stage:
        asking = Turns(stage.host, TURNS)
        text_of(asking, 120, 40)
        await settled()
        matches_snapshot("turns", asking)


Prompt: TypeAlias = tuple[PromptPart, ...]
PICTURE = ImagePart(media_type="image/png", data_base64="AA==")


def unheard(prompt: Prompt) -> None:
    raise AssertionError(prompt)


class Room:
    """Messages that wait, in memory."""

    def __init__(self) -> None:
        self.kept = [
            WaitingFacts(item_id="a", lane="steer", prompt=said("look there\ntoo")),
            WaitingFacts(item_id="b", lane="queue", prompt=said("then this")),
            WaitingFacts(item_id="c", lane="queue", prompt=said("then that")),
        ]

    async def items(self) -> Sequence[WaitingFacts]:
        return sorted(self.kept, key=lambda item: item.lane == "queue")

    async def edit(self, item_id: str, prompt: Prompt) -> bool:
        if all(item.item_id != item_id for item in self.kept):
            return False
        self._put(item_id, self._at(item_id), prompt=prompt)
        return True

    async def move(self, item_id: str, by: int) -> None:
        self._put(item_id, max(0, self._at(item_id) + by))

    async def to_lane(self, item_id: str, lane: Lane) -> None:
        self._put(item_id, len(self.kept), lane=lane)

    async def drop(self, item_id: str) -> None:
        del self.kept[self._at(item_id)]

    def told(self) -> list[tuple[str, str]]:
        return [(item.lane, prompt_text(item.prompt)) for item in self.kept]

    def _at(self, item_id: str) -> int:
        return next(at for at, item in enumerate(self.kept) if item.item_id == item_id)

    def _put(self, item_id: str, at: int, *, prompt: Prompt | None = None, lane: Lane | None = None) -> None:
        old = self.kept.pop(self._at(item_id))
        kept = WaitingFacts(item_id=item_id, lane=lane or old.lane, prompt=prompt or old.prompt)
        self.kept.insert(at, kept)


LOOK_THERE, THIS, THAT = ("steer", "look there\ntoo"), ("queue", "then this"), ("queue", "then that")


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        ("enter ! enter", [("steer", "look there\ntoo!"), THIS, THAT]),
        ("e ! escape", [LOOK_THERE, THIS, THAT]),
        ("down delete", [LOOK_THERE, THAT]),
        ("down ctrl+x", [LOOK_THERE, THAT]),
        ("down shift+down", [LOOK_THERE, THAT, THIS]),
        ("down J", [LOOK_THERE, THAT, THIS]),
        ("up shift+up", [LOOK_THERE, THAT, THIS]),
        ("up K", [LOOK_THERE, THAT, THIS]),
        ("tab", [THIS, THAT, ("queue", "look there\ntoo")]),
        ("down tab", [LOOK_THERE, THAT, ("steer", "then this")]),
    ],
)
async def test_messages_that_wait_are_edited_moved_and_dropped(keys: str, kept: list[tuple[str, str]]) -> None:
    async with staged() as stage:
        room = Room()
        asking = Waiting(stage.host, room, late=unheard)
        await until(lambda: "❯ look there" in text_of(asking))
        chosen = keys.split(maxsplit=1)[0] in {"down", "up"}
        press(asking, *keys.split())
        await settled()
        assert room.told() == kept
        if chosen and len(kept) == 3:  # the one that was moved is still the one that is meant
            entry = asking.pane.selection.chosen
            assert entry is not None
            assert entry.label == ("then this" if keys.startswith("down") else "then that")
        press(asking, "escape")
        assert asking.answered.result() is None


async def test_an_emptied_message_is_not_kept() -> None:
    async with staged() as stage:
        room = Room()
        asking = Waiting(stage.host, room, late=unheard)
        await until(lambda: "❯ look there" in text_of(asking))
        press(asking, "enter", "ctrl+shift+a", "backspace", "enter")
        assert "nothing is left of it" in text_of(asking)
        assert room.told() == [LOOK_THERE, THIS, THAT]


async def test_a_message_that_was_sent_meanwhile_goes_away() -> None:
    async with staged() as stage:
        room = Room()
        asking = Waiting(stage.host, room, late=unheard)
        await until(lambda: "❯ look there" in text_of(asking))
        room.kept.clear()
        asking.reload()
        await until(lambda: "nothing waits" in text_of(asking))
        press(asking, "enter", "tab", "delete", "J", "K")
        await settled()
        assert (room.kept, asking.title) == ([], "Waiting messages")


async def test_what_was_written_for_a_message_that_was_sent_meanwhile_is_handed_on() -> None:
    async with staged() as stage:
        room, late = Room(), list[Prompt]()
        asking = Waiting(stage.host, room, late=late.append)
        await until(lambda: "❯ look there" in text_of(asking))
        press(asking, "enter", "!")
        room.kept.clear()
        press(asking, "enter")
        await settled()
        assert late == [said("look there\ntoo!")]
        assert asking.answered.done()


async def test_a_picture_stays_where_it_is_while_the_words_around_it_are_edited() -> None:
    async with staged() as stage:
        room = Room()
        room.kept = [WaitingFacts(item_id="a", lane="steer", prompt=(*said("what is"), PICTURE))]
        asking = Waiting(stage.host, room, late=unheard)
        await until(lambda: "❯ what is [picture]" in text_of(asking))
        press(asking, "enter", "?", "enter")
        await settled()
        assert [item.prompt for item in room.kept] == [(*said("what is"), PICTURE, *said("?"))]


async def test_waiting_messages_look_as_they_did() -> None:
    async with staged() as stage:
        asking = Waiting(stage.host, Room(), late=unheard)
        await until(lambda: "❯ look there" in text_of(asking))
        text_of(asking, 120, 40)
        await settled()
        matches_snapshot("waiting", asking)


def keymap(shortcuts: Shortcuts | None = None) -> Keymap:
    return Keymap.configured(shortcuts or Shortcuts())


@pytest.mark.parametrize(
    ("typed", "choice"), [("mod", COMMANDS[1]), ("llm", COMMANDS[1]), ("cost", COMMANDS[0]), ("redraw", Action.REDRAW)]
)
async def test_the_palette_finds_commands_and_actions(typed: str, choice: CommandFacts | Action) -> None:
    async with staged() as stage:
        asking = Palette(stage.host, COMMANDS, keymap())
        press(asking, *typed, "enter")
        assert asking.answered.result() == choice


async def test_the_palette_shows_the_keys_that_are_configured() -> None:
    async with staged() as stage:
        asking = Palette(stage.host, COMMANDS, keymap(Shortcuts(palette="f9")))
        press(asking, *"palette")
        assert "F9" in text_of(asking)
        matches_snapshot("palette", Palette(stage.host, COMMANDS, keymap()))


TOPICS = {"In the prompt": (("@", "a file"), ("!", "the shell"))}


async def test_help_holds_every_binding_and_every_command() -> None:
    async with staged() as stage:
        asking = Help(stage.host, keymap(Shortcuts(palette="f9")), COMMANDS, TOPICS)
        shown = text_of(asking, 102, 100)
        for binding in keymap(Shortcuts(palette="f9")):
            assert binding.summary in shown
            assert all(key_name(name) in shown for name in binding.keys)
        for words in ("/cost", "/model [name]", "choose the model", "a file", "F9"):
            assert words in shown


async def test_help_is_filtered_and_scrolled() -> None:
    async with staged() as stage:
        asking = Help(stage.host, keymap(), COMMANDS, TOPICS)
        text_of(asking, 40, 12)
        press(asking, "end")
        assert "/model" in text_of(asking, 40, 12)
        press(asking, "pageup", "up", "down", "pagedown", "home")
        assert "In the prompt" in text_of(asking, 40, 12)
        press(asking, *"commands")
        assert "/cost" in text_of(asking, 40, 12)
        assert "a file" not in text_of(asking, 40, 12)
        press(asking, *"zzz")
        assert "nothing matches" in text_of(asking, 40, 12)
        assert press(asking, "enter", "ctrl+c") == [False, False]
        assert not asking.answered.done()


@pytest.mark.parametrize(("keys", "is_closed"), [("escape", True), ("f1", True), ("?", True), ("a ?", False)])
async def test_help_is_left_by_escape_and_by_its_own_keys(keys: str, is_closed: bool) -> None:
    async with staged() as stage:
        asking = Help(stage.host, keymap(), COMMANDS, TOPICS)
        press(asking, *keys.split())
        assert asking.answered.done() is is_closed


async def test_help_looks_as_it_did() -> None:
    async with staged() as stage:
        matches_snapshot("help", Help(stage.host, keymap(), COMMANDS, TOPICS))


class Book:
    """Settings in memory; a number above 200 is refused."""

    def __init__(self) -> None:
        self.kept = {
            "interface.vim_mode": ("bool", "false", (), ""),
            "interface.color_theme": ("choice", "auto", ("auto", "dark", "light"), ""),
            "interface.panel_width": ("number", "34", (), "columns"),
            "interface.theme.primary_color": ("color", "", (), ""),
        }
        self.origins = dict.fromkeys(self.kept, "default")

    async def settings(self) -> Sequence[SettingFacts]:
        listed = [
            SettingFacts(
                name=name,
                doc=f"What {name} is for.",
                kind=kind,  # type: ignore[arg-type] # a literal in a table
                value=value,
                origin=self.origins[name],
                choices=choices,
                unit=unit,
            )
            for name, (kind, value, choices, unit) in self.kept.items()
        ]
        fixed = SettingFacts(
            name="tools.shell", doc="Fixed.", kind="bool", value="true", origin="administrator", fixed="it is locked"
        )
        return [*listed, fixed]

    async def save(self, name: str, value: str) -> str | None:
        kind, _, choices, unit = self.kept[name]
        if kind == "number" and not (value.isdecimal() and int(value) <= 200):
            return f"{value!r} is no number up to 200"
        if value == "dark":
            return "the file is read only"
        self.kept[name] = (kind, value, choices, unit)
        self.origins[name] = "config.toml"
        return None


@pytest.mark.parametrize(
    ("keys", "name", "value"),
    [
        ("enter", "interface.vim_mode", "true"),
        ("down enter down down enter", "interface.color_theme", "light"),
        ("down enter escape", "interface.color_theme", "auto"),
        ("down down enter ctrl+u 9 0 enter", "interface.panel_width", "90"),
        ("down down enter 9 escape", "interface.panel_width", "34"),
        ("p r i m enter # f 0 0 enter", "interface.theme.primary_color", "#f00"),
    ],
)
async def test_a_setting_is_changed(keys: str, name: str, value: str) -> None:
    async with staged() as stage:
        book = Book()
        asking = Settings(stage.host, book)
        await until(lambda: "❯ vim_mode" in text_of(asking))
        press(asking, *keys.split())
        await settled()
        assert book.kept[name][1] == value
        assert ("config.toml" in text_of(asking)) is (book.origins[name] == "config.toml")
        assert asking.title == "Settings"
        press(asking, "escape")
        assert asking.answered.result() is None


async def test_a_value_that_is_refused_can_be_mended() -> None:
    async with staged() as stage:
        book = Book()
        asking = Settings(stage.host, book)
        await until(lambda: "❯ vim_mode" in text_of(asking))
        press(asking, "down", "down", "enter", "0", "enter")
        await until(lambda: "'340' is no number up to 200" in text_of(asking))
        press(asking, "backspace", "backspace", "enter")
        await until(lambda: book.kept["interface.panel_width"][1] == "3")


async def test_a_choice_that_is_refused_or_fixed_says_why() -> None:
    async with staged() as stage:
        asking = Settings(stage.host, Book())
        await until(lambda: "❯ vim_mode" in text_of(asking))
        press(asking, "down", "enter", "down", "enter")
        await until(lambda: "the file is read only" in text_of(asking))
        press(asking, "end", "enter")
        assert "tools.shell cannot be changed here: it is locked" in text_of(asking)


async def test_settings_look_as_they_did() -> None:
    async with staged() as stage:
        asking = Settings(stage.host, Book())
        await until(lambda: "❯ vim_mode" in text_of(asking))
        text_of(asking, 120, 40)
        await settled()
        matches_snapshot("settings", asking)


async def test_hostile_names_stay_in_their_rows() -> None:
    async with staged() as stage:
        command = CommandFacts(name=HOSTILE, summary=HOSTILE, arguments=HOSTILE)
        for asking in (
            Palette(stage.host, [command], keymap()),
            Help(stage.host, keymap(), [command], {HOSTILE: ((HOSTILE, HOSTILE),)}),
            Turns(stage.host, [TurnFacts(turn_id=TurnId("t"), prompt=said(HOSTILE), at=EPOCH)]),
        ):
            for width, height in ((40, 12), (80, 24), (300, 100)):
                text_of(asking, width, height)
                await settled()
                text_of(asking, width, height)
