"""Deletes a conversation with all that belongs to it, in whichever file that is."""

from aircher.config.databases import DatabasePaths
from aircher.domain.ids import SessionId
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS, SESSIONS
from aircher.storage.waiting_prompts import SqliteWaitingPrompts


def delete_conversation(paths: DatabasePaths, session_id: SessionId) -> None:
    """Delete its messages and those that wait; what it cost stays in the accounts. It blocks.

    Raises:
        UsageError: There is none of this id.
        StorageError: The conversation is still there, or messages that wait are, which nobody will see.
    """
    with Database(paths.conversations, CONVERSATIONS) as database:
        SqliteConversations(database).delete(session_id)
    with Database(paths.sessions, SESSIONS) as database:
        SqliteWaitingPrompts(database, session_id).forget()
