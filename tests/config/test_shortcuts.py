"""Keys as they may be configured."""

from collections.abc import Iterator

import pytest

from aircher.config import Config
from aircher.config.notices import Notice
from aircher.domain.errors import ConfigError
from aircher.tui.terminal import key_names


def configured(**shortcuts: str) -> Config:
    return Config.build(interface={"shortcuts": shortcuts})


def keys_of_terminals() -> Iterator[str]:
    """Yield what the names of keys are that reach the interface."""
    for modifiers in range(8):
        found = [key_names.of_letter(letter, modifiers) for letter in "ABCDHFPQRSZ"]
        found += [key_names.of_number(number, modifiers) for number in range(35)]
        found += [key_names.of_code([code], modifiers) for code in (9, 13, 27, *range(32, 127), 0xE9, 0x416, 57421)]
        yield from (event.key for event in found if event is not None)
    for code in (*range(127), 0xE9):
        yield from (key_names.typed(chr(code), has_alt=has_alt).key for has_alt in (False, True))


def test_every_key_that_a_terminal_can_tell_may_be_configured() -> None:
    keys = sorted(set(keys_of_terminals()))
    assert {"ctrl+alt+shift+pageup", "alt+G", "ctrl+shift+t", "f12", "?", "ctrl+space"} <= set(keys)
    assert configured(copy="  ".join(keys)).interface.shortcuts.copy.split() == keys


@pytest.mark.parametrize("keys", ["blah+x", "ctrl+X", "shift+a", "shift+ctrl+t", "ctrl+", "Enter", "f13", "ctrl+p,f1"])
def test_what_no_key_is_called_is_refused_with_the_names_that_there_are(keys: str) -> None:
    with pytest.raises(ConfigError) as refused:
        configured(send=keys)
    assert f'interface.shortcuts.send = "{keys}" is not allowed' in refused.value.message
    assert "enter, tab, space, backspace" in refused.value.message
    assert "ctrl+, alt+, shift+ in this order" in refused.value.message


def test_a_key_of_two_actions_is_told_unless_it_was_taken_from_a_default() -> None:
    assert configured(palette="ctrl+f").notices == ()
    assert configured(palette="ctrl+f f9", find="f9").notices == (
        Notice(
            text="f9 is a key of interface.shortcuts.palette and of interface.shortcuts.find: it does only one.",
            hint="aircher config unset interface.shortcuts.find",
        ),
    )


def test_it_is_told_that_nothing_sends_or_leaves_any_more() -> None:
    names = "aircher config set interface.shortcuts"
    assert configured(send="").notices == (Notice(text="No key sends a prompt.", hint=f"{names}.send KEYS"),)
    assert configured(queue="enter").notices == (Notice(text="No key sends a prompt.", hint=f"{names}.send KEYS"),)
    assert configured(quit="").notices == ()
    assert configured(quit="", copy="ctrl+c").notices == (
        Notice(text="No key leaves the program.", hint=f"{names}.quit KEYS"),
    )
