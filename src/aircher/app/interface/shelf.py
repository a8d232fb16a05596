"""The recorded conversations as the interface lists them. Satisfies `aircher.tui.dialogs.ports.SessionShelf`.

Invariant: the disk is asked in threads, and each call opens and closes the files: a list is looked at now and then.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from aircher.config.databases import DatabasePaths
from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.messages import Role
from aircher.storage.conversations import Conversation, SqliteConversations
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS, SESSIONS
from aircher.storage.session_costs import session_costs
from aircher.tui.dialogs.ports import SessionFacts, SessionHit
from aircher.tui.dialogs.preview import Passage

MOST_SESSIONS = 500
MOST_HITS = 50
ResultT = TypeVar("ResultT")


class Shelf:
    """The conversations of all projects, those of this one first.

    Args:
        paths: Where the databases are.
        project_id: This project.
        current: Returns the id of the conversation that is looked at; empty = none is.
    """

    def __init__(self, paths: DatabasePaths, project_id: ProjectId, current: Callable[[], str]) -> None:
        self._paths = paths
        self._project_id = project_id
        self._current = current

    async def sessions(self) -> Sequence[SessionFacts]:
        """Return all that have a turn, the one used last first."""
        return await self._with(self._list)

    async def search(self, text: str) -> Sequence[SessionHit]:
        """Return those whose messages hold all these words, best first."""

        def look(conversations: SqliteConversations) -> list[SessionHit]:
            known = {facts.session_id: facts for facts in self._list(conversations)}
            hits: dict[SessionId, SessionHit] = {}
            for hit in conversations.search(text, limit=MOST_HITS):
                facts = known.get(hit.session_id)
                if facts is not None and hit.session_id not in hits:
                    hits[hit.session_id] = SessionHit(facts, hit.snippet)
            return list(hits.values())

        return await self._with(look)

    async def preview(self, session_id: SessionId) -> Sequence[Passage]:
        """Return the last messages, oldest first."""

        def look(conversations: SqliteConversations) -> list[Passage]:
            return [
                Passage("you" if message.role == Role.USER.value else "answer", message.text)
                for message in conversations.last_messages(session_id)
            ]

        return await self._with(look)

    async def rename(self, session_id: SessionId, title: str) -> None:
        """Give it another title."""
        await self._with(lambda conversations: conversations.rename(session_id, title))

    async def delete(self, session_id: SessionId) -> None:
        """Delete it with all that belongs to it."""
        await self._with(lambda conversations: conversations.delete(session_id))

    def _list(self, conversations: SqliteConversations) -> list[SessionFacts]:
        found = [each for each in conversations.list(limit=MOST_SESSIONS) if each.turns]
        found.sort(key=lambda each: each.project_id != self._project_id)
        with self._opened_costs() as database:
            costs = session_costs(database, [each.id for each in found])
        return [self._facts(each, None if each.id not in costs else costs[each.id].cost_usd) for each in found]

    def _facts(self, each: Conversation, cost_usd: float | None) -> SessionFacts:
        return SessionFacts(
            session_id=each.id,
            title=each.title or "(nothing was said)",
            used_at=each.updated_at,
            turns=each.turns,
            cost_usd=cost_usd,
            folder="" if each.project_id == self._project_id else each.project_path,
            is_current=each.id == self._current(),
        )

    @contextmanager
    def _opened_costs(self) -> Iterator[Database]:
        with Database(self._paths.sessions, SESSIONS) as database:
            yield database

    async def _with(self, work: Callable[[SqliteConversations], ResultT]) -> ResultT:
        def run() -> ResultT:
            with Database(self._paths.conversations, CONVERSATIONS) as database:
                return work(SqliteConversations(database))

        return await asyncio.to_thread(run)
