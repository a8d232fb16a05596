"""The recorded conversations as the interface lists them. Satisfies `aircher.tui.dialogs.ports.SessionShelf`.

Invariant: the disk is asked in threads, and each call opens and closes the files: a list is looked at now and then.
What a conversation cost is told if it can be; a list never fails for it.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from aircher.app.deleting import delete_conversation
from aircher.config.databases import DatabasePaths
from aircher.domain.errors import StorageError, UsageError
from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.messages import Role
from aircher.domain.spending import Spent
from aircher.storage.conversations import Conversation, SqliteConversations
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS, SESSIONS
from aircher.storage.session_costs import session_costs
from aircher.tui.dialogs.ports import SessionFacts, SessionHit
from aircher.tui.dialogs.preview import Passage

MOST_SESSIONS = 500
"""Of this project, and as many of the others: nobody scrolls further."""
MOST_FOUND = 20
"""Conversations that a search returns: as many as a person looks at."""
MOST_HITS = 200
"""Messages that are looked through for them: a long conversation about one thing is found with each of its messages."""
ResultT = TypeVar("ResultT")


class Shelf:
    """The conversations of all projects, those of this one first.

    Args:
        paths: Where the databases are.
        project_id: This project.
        current: Returns the id of the conversation that is looked at; empty = none is.
        is_open: Says whether this program has a conversation open.
    """

    def __init__(
        self,
        paths: DatabasePaths,
        project_id: ProjectId,
        current: Callable[[], str],
        is_open: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._paths = paths
        self._project_id = project_id
        self._current = current
        self._is_open = is_open

    async def sessions(self) -> Sequence[SessionFacts]:
        """Return all that have a turn: those of this project, then the others, each the one used last first.

        Raises:
            StorageError: The conversations cannot be read.
        """

        def look(conversations: SqliteConversations) -> list[SessionFacts]:
            own = conversations.list(self._project_id, limit=MOST_SESSIONS)
            others = conversations.list(limit=MOST_SESSIONS)
            return self._facts((*own, *(each for each in others if each.project_id != self._project_id)))

        return await self._with(look)

    async def search(self, text: str) -> Sequence[SessionHit]:
        """Return those whose messages hold all these words, best first.

        Raises:
            StorageError: The conversations cannot be read.
        """

        def look(conversations: SqliteConversations) -> list[SessionHit]:
            snippets: dict[SessionId, tuple[tuple[str, bool], ...]] = {}
            for hit in conversations.search(text, limit=MOST_HITS):
                snippets.setdefault(hit.session_id, hit.pieces)
            found = [conversations.get(session_id) for session_id in list(snippets)[:MOST_FOUND]]
            return [SessionHit(facts, snippets[facts.session_id]) for facts in self._facts(found)]

        return await self._with(look)

    async def preview(self, session_id: SessionId) -> Sequence[Passage]:
        """Return the last messages, oldest first.

        Raises:
            StorageError: The conversations cannot be read.
        """

        def look(conversations: SqliteConversations) -> list[Passage]:
            return [
                Passage("you" if message.role == Role.USER.value else "answer", message.text)
                for message in conversations.last_messages(session_id)
            ]

        return await self._with(look)

    async def find(self, beginning: str) -> SessionId:
        """Return the id that begins like this.

        Raises:
            UsageError: None does, or several do.
            StorageError: The conversations cannot be read.
        """
        return await self._with(lambda conversations: conversations.find(beginning).id)

    async def rename(self, session_id: SessionId, title: str) -> None:
        """Give it another title.

        Raises:
            UsageError: The title is empty, or somebody else deleted the conversation.
            StorageError: Nothing was changed.
        """
        await self._with(lambda conversations: conversations.rename(session_id, title))

    async def delete(self, session_id: SessionId) -> None:
        """Delete it with all its messages, those that wait included; what it cost stays in the accounts.

        Raises:
            UsageError: It is open, or somebody else deleted it.
            StorageError: The conversation is still there, or messages that wait are, which nobody will see.
        """
        if self._is_open(session_id):
            raise UsageError("this session is open", hint="let its turn end and go to another one before you delete it")
        await asyncio.to_thread(delete_conversation, self._paths, session_id)

    def _facts(self, found: Iterable[Conversation]) -> list[SessionFacts]:
        listed = [each for each in found if each.turns]
        costs = self._costs([each.id for each in listed])
        current = self._current()
        return [
            SessionFacts(
                session_id=each.id,
                title=each.title or "",
                used_at=each.updated_at,
                turns=each.turns,
                cost_usd=_known(costs.get(each.id)),
                folder="" if each.project_id == self._project_id else each.project_path,
                is_current=each.id == current,
            )
            for each in listed
        ]

    def _costs(self, session_ids: Sequence[SessionId]) -> dict[SessionId, Spent]:
        try:
            with Database(self._paths.sessions, SESSIONS) as database:
                return session_costs(database, session_ids)
        except StorageError:
            return {}

    async def _with(self, work: Callable[[SqliteConversations], ResultT]) -> ResultT:
        def run() -> ResultT:
            with Database(self._paths.conversations, CONVERSATIONS) as database:
                return work(SqliteConversations(database))

        return await asyncio.to_thread(run)


def _known(spent: Spent | None) -> float | None:
    """Return what was spent, if every call had a price."""
    return None if spent is None or spent.unpriced_calls else spent.cost_usd
