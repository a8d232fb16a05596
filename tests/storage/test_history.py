"""A conversation read backwards, page by page."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.storage.conftest import NOON, Script

from aircher.domain.events import Event, Published, SessionStarted, TextDelta, TurnsRewound, TurnStarted
from aircher.domain.ids import ProjectId, TurnId
from aircher.domain.messages import TextPart
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.event_log import close_stretch
from aircher.storage.history import SqliteHistory
from aircher.storage.migrate import CONVERSATIONS

OPENED = SessionStarted(provider="p", model="m", cwd="/")


def turn(words: str) -> TurnStarted:
    return TurnStarted(prompt=(TextPart(text=words),), provider="p", model="m")


def prompts(page: list[Published]) -> list[str]:
    return [item.event.prompt[0].text for item in page if isinstance(item.event, TurnStarted)]  # type: ignore[union-attr]  # texts


def conversation(database: Database) -> tuple[Script, SqliteHistory]:
    session_id = SqliteConversations(database, now=lambda: NOON).create(
        project_id=ProjectId("p"), project_path="/p", provider="p", model="m"
    )
    return Script(session_id), SqliteHistory(database, session_id)


def write(database: Database, items: list[Published]) -> None:
    def work(connection: object) -> None:
        stretch: list[Published] = []
        for item in items:
            stretch.append(item)
            if not isinstance(item.event, TextDelta):
                close_stretch(connection, item.session_id, stretch)  # type: ignore[arg-type]  # apsw's connection
                stretch = []

    database.write_blocking(work)


async def test_pages_follow_each_other_without_gap_or_overlap(database: Database) -> None:
    script, history = conversation(database)
    events: list[Event] = [OPENED]
    for number in range(7):
        events += [turn(f"{number}"), TextDelta(text="a"), OPENED]
    items = [script.place(event, turn=None) for event in events]
    write(database, items)
    page = await history.last(3)
    assert prompts(page) == ["4", "5", "6"]
    second = await history.before(page[0].seq, 3)
    assert prompts(second) == ["1", "2", "3"]
    third = await history.before(second[0].seq, 3)
    assert prompts(third) == ["0"]
    assert [*third, *second, *page] == items
    assert await history.before(third[0].seq, 3) == []


@given(script=st.lists(st.integers(-4, 3), max_size=30), size=st.integers(1, 4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_what_was_dropped_is_in_no_page(script: list[int], size: int) -> None:
    with Database(None, CONVERSATIONS) as database:
        place, history = conversation(database)
        left: list[Published] = []
        items: list[Published] = []
        for step in script:
            if step >= 0 or len(left) < -step:
                item = place.place(turn(f"{len(items)}"))
                left.append(item)
            else:
                first = left[step]
                item = place.place(TurnsRewound(first_turn_id=TurnId("t"), first_seq=first.seq, turns=-step), turn=None)
                del left[step:]
            items.append(item)
        write(database, items)
        found: list[Published] = []
        page = await history.last(size)
        while page:
            assert len(prompts(page)) <= size
            found = [*page, *found]
            page = await history.before(page[0].seq, size)
    assert [item for item in found if isinstance(item.event, TurnStarted)] == left
