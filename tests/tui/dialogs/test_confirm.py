"""Confirmation, and asking for a line of text."""

import pytest
from tests.tui.dialogs.stage import matches_snapshot, press, staged, text_of

from aircher.tui.dialogs.confirm import Confirm
from aircher.tui.dialogs.text_entry import TextEntry


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ("y", True),
        ("1", True),
        ("n", False),
        ("2", False),
        ("enter", False),
        ("up enter", True),
        ("down enter", True),
        ("escape", None),
    ],
)
async def test_keys_answer(keys: str, answer: bool | None) -> None:
    async with staged() as stage:
        asking = Confirm("Delete?", stage.host, text="All of it goes away.", yes="Yes, delete it")
        press(asking, *keys.split())
        assert asking.answered.result() is answer


async def test_a_text_is_written_and_judged() -> None:
    async with staged() as stage:
        entry = TextEntry(
            "Rename", stage.host, asks_for="New name:", text="old", check=lambda text: None if text else "too short"
        )
        press(entry, "ctrl+u", "enter")
        assert "too short" in text_of(entry)
        press(entry, "n")
        assert "too short" not in text_of(entry)
        press(entry, "enter")
        assert entry.answered.result() == "n"


async def test_escape_leaves_the_text_as_it_was() -> None:
    async with staged() as stage:
        entry = TextEntry("Rename", stage.host, asks_for="New name:", text="old")
        press(entry, "x", "escape")
        assert entry.answered.result() is None


async def test_both_look_as_they_did() -> None:
    async with staged() as stage:
        matches_snapshot("confirm", Confirm("Delete?", stage.host, text="All of it goes away.", yes="Yes, delete it"))
        matches_snapshot("text-entry", TextEntry("Rename", stage.host, asks_for="New name:", text="old"))
