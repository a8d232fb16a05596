"""Actions survive their way through JSON."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.effect_records import effect_record, from_record, to_record
from aircher.domain.effects import Action, Connects, Deletes, Effect, Reads, Runs, SetsVariable, Unknown, Writes
from aircher.domain.messages import JsonValue

any_text = st.text(st.characters(), max_size=30)  # lone surrogates too: names of files may hold any byte
paths = any_text.map(lambda text: Path("/", text.replace("\0", "")))
effects: st.SearchStrategy[Effect] = st.one_of(
    st.builds(Reads, path=paths, is_listing=st.booleans(), is_pattern=st.booleans(), is_recursive=st.booleans()),
    st.builds(Writes, path=paths, is_pattern=st.booleans()),
    st.builds(Deletes, path=paths, is_pattern=st.booleans()),
    st.builds(Connects, host=any_text, port=st.none() | st.integers(0, 65_535)),
    st.builds(Runs, program=any_text),
    st.builds(SetsVariable, name=any_text),
    st.builds(Unknown, reason=any_text),
)
actions = st.builds(Action, tool=any_text, text=any_text, effects=st.lists(effects, max_size=4).map(tuple))


@given(actions)
def test_an_action_comes_back_from_json_as_it_was(action: Action) -> None:
    assert from_record(json.loads(json.dumps(to_record(action)))) == action


def test_a_field_with_its_default_is_left_out() -> None:
    assert effect_record(Reads(path=Path("/a"), is_recursive=True)) == {
        "type": "reads",
        "path": "/a",
        "is_recursive": True,
    }
    assert effect_record(Connects(host="docs.python.org")) == {"type": "connects", "host": "docs.python.org"}


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({}, "None is no text"),
        ({"tool": "read", "effects": {}}, "no list"),
        ({"tool": "read", "effects": ["x"]}, "no object"),
        ({"tool": "read", "effects": [{"type": "teleports"}]}, "no effect is called 'teleports'"),
        ({"tool": "read", "effects": [{"type": "reads"}]}, "other fields"),
        ({"tool": "read", "effects": [{"type": "reads", "path": 1}]}, "1 is no text"),
        (
            {"tool": "read", "effects": [{"type": "reads", "path": "/", "is_listing": "no"}]},
            "is_listing cannot be 'no'",
        ),
        ({"tool": "net", "effects": [{"type": "connects", "host": "h", "port": True}]}, "port cannot be True"),
    ],
)
def test_what_is_no_record_is_refused(record: dict[str, JsonValue], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_record(record)
