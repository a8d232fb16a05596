"""Keys as they are configured."""

from aircher.config.sections_interface import Shortcuts
from aircher.tui.keymap import Action, Keymap


def test_every_action_has_a_key_and_a_summary() -> None:
    bindings = {binding.action: binding for binding in Keymap.configured(Shortcuts())}
    assert set(bindings) == set(Action)
    assert all(binding.keys and binding.summary for binding in bindings.values())


def test_no_key_has_two_meanings() -> None:
    keys = [key for binding in Keymap.configured(Shortcuts()) for key in binding.keys]
    assert len(keys) == len(set(keys))


def test_every_action_can_be_given_another_key() -> None:
    assert {action.value for action in Action} == set(Shortcuts.__struct_fields__)


def test_a_key_given_to_one_action_is_taken_from_the_others() -> None:
    keymap = Keymap.configured(Shortcuts(toggle_context="ctrl+p ctrl+b"))
    assert keymap.action("ctrl+p") is Action.CONTEXT_PANEL
    assert keymap.keys(Action.CONTEXT_PANEL) == ("ctrl+p", "ctrl+b")
    assert keymap.keys(Action.PALETTE) == ()
    assert keymap.action("ctrl+t") is None


def test_keys_changed_later_are_those_that_configuration_would_have_given() -> None:
    changed = Keymap.configured(Shortcuts(palette="ctrl+b")).changed("toggle_context", "ctrl+p f9").changed("copy", "")
    expected = Keymap.configured(Shortcuts(palette="ctrl+b", toggle_context="ctrl+p f9", copy=""))
    assert list(changed) == list(expected)
    assert [changed.name(action) for action in (Action.CONTEXT_PANEL, Action.COPY)] == ["Ctrl+P", ""]
    assert Keymap.configured(Shortcuts()).action("ctrl+p") is Action.PALETTE
