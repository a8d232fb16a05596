"""Text that came together is taken together, and nothing else changes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.ids import CallId
from aircher.domain.messages import ToolCallPart
from aircher.domain.stream import (
    Finished,
    FinishReason,
    RefusalReceived,
    StreamEvent,
    TextReceived,
    ThinkingReceived,
    ToolCallReceived,
)
from aircher.providers._http_provider import add_events

CALL = ToolCallReceived(call=ToolCallPart(call_id=CallId("1"), name="t", arguments={}))
EVENTS: st.SearchStrategy[list[StreamEvent]] = st.lists(
    st.one_of(
        st.text(min_size=1, max_size=3).map(lambda text: TextReceived(text=text)),
        st.builds(ThinkingReceived, text=st.text(max_size=3), state=st.sampled_from([None, {"signature": "s"}])),
        st.text(min_size=1, max_size=3).map(lambda text: RefusalReceived(text=text)),
        st.sampled_from([CALL, Finished(reason=FinishReason.STOP)]),
    ),
    max_size=12,
)


def parts(events: list[StreamEvent]) -> list[object]:
    """Return the events with text and thoughts letter by letter, so that their pieces cannot be seen."""
    found: list[object] = []
    for event in events:
        match event:
            case TextReceived(text=text):
                found += text
            case ThinkingReceived(text=text, state=state):
                found += [("thought", letter) for letter in text]
                found += [] if state is None else [state]
            case _:
                found.append(event)
    return found


def are_one(first: StreamEvent, second: StreamEvent) -> bool:
    """Say whether two neighbours should have become one: text, or thoughts that no state has closed."""
    match first, second:
        case TextReceived(), TextReceived():
            return True
        case ThinkingReceived(state=None), ThinkingReceived():
            return True
        case _:
            return False


def test_neighbouring_text_becomes_one_piece_and_other_events_part_it() -> None:
    events: list[StreamEvent] = [TextReceived(text="a")]
    add_events(events, [TextReceived(text="b"), CALL, TextReceived(text="c")])
    add_events(events, [])
    add_events(events, [TextReceived(text="d"), RefusalReceived(text="no"), RefusalReceived(text="!")])
    assert events == [
        TextReceived(text="ab"),
        CALL,
        TextReceived(text="cd"),
        RefusalReceived(text="no"),
        RefusalReceived(text="!"),
    ]


def test_thoughts_become_one_piece_until_a_state_closes_it() -> None:
    events: list[StreamEvent] = [ThinkingReceived(text="a")]
    add_events(events, [ThinkingReceived(text="b"), ThinkingReceived(text="", state={"signature": "s"})])
    add_events(events, [ThinkingReceived(text="c"), ThinkingReceived(text="d")])
    assert events == [ThinkingReceived(text="ab", state={"signature": "s"}), ThinkingReceived(text="cd")]


@given(st.lists(EVENTS, max_size=5))
def test_every_letter_and_every_event_stays_in_its_place(batches: list[list[StreamEvent]]) -> None:
    events: list[StreamEvent] = []
    for batch in batches:
        before = list(batch)
        add_events(events, batch)
        assert batch == before
    assert parts(events) == [part for batch in batches for part in parts(batch)]
    assert not any(are_one(first, second) for first, second in pairwise(events))
