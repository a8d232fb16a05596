"""Conversations as people handle them: make, list, find, load, fork, rename, delete, search.

Invariant: a conversation is its events; its title, model and messages are projections that the recorder keeps.
Conversations without a prompt are never listed.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import apsw

from aircher.domain.errors import UsageError
from aircher.domain.events import Published
from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.records import dataclass
from aircher.storage.database import Database
from aircher.storage.event_rows import SkippedEvent, decode_rows
from aircher.storage.statements import statements
from aircher.storage.times import from_micros, to_micros
from aircher.support.ids import new_id
from aircher.support.suggest import nearest

_SQL = statements("conversations")
_NAMED_IN_A_HINT = 5  # ids that are shown when a prefix means several
PREVIEW_CHARS = 2_000  # a screen; nobody reads more of a message in a list
_KNOWN_IDS = 200  # how far back the nearest id is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation's own line.

    Attributes:
        title: First line of the first prompt, or the name it was given; ``None`` before the first prompt.
        parent_id: The conversation it was forked from; may be gone by now.
        forked_at_seq: The last event that the fork shares with its parent.
        messages: How many messages of people and models it has.
        turns: How many turns it has.
    """

    id: SessionId
    project_id: ProjectId
    project_path: str
    title: str | None
    provider: str
    model: str
    parent_id: SessionId | None
    forked_at_seq: int | None
    created_at: datetime
    updated_at: datetime
    messages: int
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedConversation:
    """A conversation's events in order, and those that this program cannot read."""

    events: tuple[Published, ...]
    skipped: tuple[SkippedEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """A message that matches; ``pieces`` are the words around, each with whether it was looked for."""

    session_id: SessionId
    title: str | None
    seq: int
    role: str
    created_at: datetime
    pieces: tuple[tuple[str, bool], ...]

    @property
    def snippet(self) -> str:
        """Return the words in one text, those found in square brackets."""
        return "".join(f"[{text}]" if is_found else text for text, is_found in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A message as lists show it: what a person or a model said, perhaps cut off."""

    seq: int
    role: str
    text: str
    created_at: datetime


def fts_query(text: str) -> str:
    """Return the FTS5 query for messages with all these words, the last one as a prefix; empty for no words.

    Every word is quoted, so that nothing a person types is taken as query syntax.
    """
    words = ['"' + word.replace('"', '""') + '"' for word in text.replace("\0", " ").split()]
    return " ".join(words) + "*" if words else ""


class SqliteConversations:
    """The conversations of ``conversations.db``. Every method blocks: call it in a thread where a loop runs."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def create(
        self,
        *,
        project_id: ProjectId,
        project_path: str,
        provider: str,
        model: str,
        session_id: SessionId | None = None,
    ) -> SessionId:
        """Make an empty conversation and return its id. It is listed from its first prompt on."""
        new = session_id or SessionId(new_id())
        now = to_micros(self._now())
        row = (new, project_id, project_path, None, provider, model, None, None, now, now)
        self._database.change(_SQL["insert_conversation"], row)
        return new

    def get(self, session_id: SessionId) -> Conversation:
        """Return a conversation by its whole id.

        Raises:
            UsageError: There is none.
        """
        rows = self._database.rows(_SQL["get_conversation"], (session_id,))
        if not rows:
            raise self._unknown(session_id)
        return _conversation(rows[0])

    def list(self, project_id: ProjectId | None = None, *, limit: int = 50) -> tuple[Conversation, ...]:
        """Return the conversations of a project (``None`` = of all), the last changed first."""
        name = "list_conversations" if project_id is None else "list_conversations_of_project"
        bindings = (limit,) if project_id is None else (project_id, limit)
        rows = self._database.rows(_SQL[name], bindings)
        return tuple(map(_conversation, rows))

    def latest(self, project_id: ProjectId) -> Conversation | None:
        """Return the project's last changed conversation; ``None`` if it has none."""
        return next(iter(self.list(project_id, limit=1)), None)

    def find(self, prefix: str) -> Conversation:
        """Return the one conversation whose id begins like this.

        Raises:
            UsageError: None does, or several do; the hint names them, or the nearest id.
        """
        rows = self._database.rows(_SQL["ids_with_prefix"], (prefix, _NAMED_IN_A_HINT + 1))
        ids = [str(row[0]) for row in rows]
        if not prefix or not ids:
            raise self._unknown(prefix)
        if len(ids) > 1 and prefix not in ids:
            more = ", …" if len(ids) > _NAMED_IN_A_HINT else ""
            raise UsageError(
                f"session {prefix} could be any of several",
                hint=f"give more of the id: {', '.join(ids[:_NAMED_IN_A_HINT])}{more}",
                code="usage.session_ambiguous",
            )
        return self.get(SessionId(prefix if prefix in ids else ids[0]))

    def load(self, session_id: SessionId) -> LoadedConversation:
        """Return everything that happened; events of a newer program are reported, not lost.

        Raises:
            UsageError: There is no such conversation.
        """
        events, skipped = decode_rows(self._database.rows(_SQL["events_of"], (session_id,)))
        if not events and not skipped:
            self.get(session_id)
        return LoadedConversation(events=tuple(events), skipped=tuple(skipped))

    def fork(self, session_id: SessionId, *, at_seq: int | None = None) -> SessionId:
        """Copy a conversation up to and with an event (``None`` = all of it) and return the copy's id.

        Raises:
            UsageError: There is no such conversation.
        """
        source = self.get(session_id)
        new = SessionId(new_id())
        now = to_micros(self._now())

        def copy(connection: apsw.Connection) -> None:
            last = connection.execute(_SQL["last_seq"], (session_id,)).get
            until = last if at_seq is None else min(at_seq, last)
            row = (new, source.project_id, source.project_path, source.title, source.provider, source.model)
            connection.execute(_SQL["insert_conversation"], (*row, session_id, until, now, now))
            connection.execute(_SQL["copy_events"], (session_id, new, until))
            connection.execute(_SQL["copy_messages"], (session_id, new, until))

        self._database.write_blocking(copy)
        return new

    def rename(self, session_id: SessionId, title: str) -> None:
        """Give a conversation a title of one line.

        Raises:
            UsageError: The title is empty, or there is no such conversation.
        """
        line = " ".join(title.split())
        if not line:
            raise UsageError("a title cannot be empty", hint=f'aircher sessions rename {session_id} "a title"')
        if not self._database.change(_SQL["set_title"], (line, session_id)):
            raise self._unknown(session_id)

    def discard_unused(self, session_id: SessionId) -> None:
        """Delete a conversation in which nothing happened.

        Raises:
            StorageError: Nothing was changed.
        """
        self._database.change(_SQL["discard_unused_conversation"], (session_id,))

    def delete(self, session_id: SessionId) -> None:
        """Remove a conversation with all its events and messages.

        Raises:
            UsageError: There is no such conversation.
        """
        if not self._database.change(_SQL["delete_conversation"], (session_id,)):
            raise self._unknown(session_id)

    def search(
        self, text: str, *, project_id: ProjectId | None = None, session_id: SessionId | None = None, limit: int = 20
    ) -> tuple[SearchHit, ...]:
        """Return the messages that hold all these words (the last may be a beginning), best first.

        Args:
            text: The words.
            project_id: The project to look in; ``None`` = in all.
            session_id: The conversation to look in; ``None`` = in all.
            limit: How many are returned at most.
        """
        query = fts_query(text)
        if not query:
            return ()
        rows = self._database.rows(_SQL["search_messages"], (query, project_id, session_id, limit))
        return tuple(map(_hit, rows))

    def last_messages(self, session_id: SessionId, *, limit: int = 6) -> tuple[StoredMessage, ...]:
        """Return the conversation's last messages, oldest first, each cut to `PREVIEW_CHARS`."""
        rows = self._database.rows(_SQL["last_messages"], (session_id, limit, PREVIEW_CHARS))
        return tuple(
            StoredMessage(seq=seq, role=role, text=text, created_at=from_micros(created))
            for seq, role, text, created in reversed(rows)
        )

    def _unknown(self, wanted: str) -> UsageError:
        rows = self._database.rows(_SQL["recent_ids"], (_KNOWN_IDS,))
        guess = nearest(wanted, [str(row[0]) for row in rows])
        hint = f"did you mean {guess}? " if guess else ""
        return UsageError(
            f"no session is called {wanted!r}",
            hint=f"{hint}`aircher sessions list` shows them all",
            code="usage.session_unknown",
        )


def _conversation(row: tuple[Any, ...]) -> Conversation:  # Any: the columns of a STRICT table have their types
    """Return the row as a `Conversation`."""
    id_, project_id, path, title, provider, model, parent_id, forked_at_seq, created, updated, messages, turns = row
    return Conversation(
        id=SessionId(id_),
        project_id=ProjectId(project_id),
        project_path=path,
        title=title,
        provider=provider,
        model=model,
        parent_id=parent_id,
        forked_at_seq=forked_at_seq,
        created_at=from_micros(created),
        updated_at=from_micros(updated),
        messages=messages,
        turns=int(turns),
    )


def _hit(row: tuple[Any, ...]) -> SearchHit:  # Any: as above
    session_id, title, seq, role, created, snippet = row
    created_at, pieces = from_micros(created), tuple(_pieces(snippet))
    return SearchHit(session_id=session_id, title=title, seq=seq, role=role, created_at=created_at, pieces=pieces)


def _pieces(snippet: str) -> Iterator[tuple[str, bool]]:
    """Yield the text between the query's marks, which nobody can type, and whether it was found."""
    before, *found = snippet.split("\x02")
    yield from [(before, False)] if before else []
    for piece in found:
        hit, _, after = piece.partition("\x03")
        yield hit, True
        yield from [(after, False)] if after else []
