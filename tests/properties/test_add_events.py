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
        st.text(max_size=3).map(lambda text: ThinkingReceived(text=text)),
        st.text(min_size=1, max_size=3).map(lambda text: RefusalReceived(text=text)),
        st.sampled_from([CALL, Finished(reason=FinishReason.STOP)]),
    ),
    max_size=12,
)


def parts(events: list[StreamEvent]) -> list[StreamEvent | str]:
    """Return the events with text letter by letter, so that its pieces cannot be seen."""
    found: list[StreamEvent | str] = []
    for event in events:
        found += [*event.text] if isinstance(event, TextReceived) else [event]
    return found


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


@given(st.lists(EVENTS, max_size=5))
def test_every_letter_and_every_event_stays_in_its_place(batches: list[list[StreamEvent]]) -> None:
    events: list[StreamEvent] = []
    for batch in batches:
        before = list(batch)
        add_events(events, batch)
        assert batch == before
    assert parts(events) == [part for batch in batches for part in parts(batch)]
    assert not any(isinstance(one, TextReceived) and isinstance(next_, TextReceived) for one, next_ in pairwise(events))
