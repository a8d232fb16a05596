"""Where a session is recorded: a new conversation, one that is gone on with, a copy, or nowhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aircher.config.databases import DatabasePaths
from aircher.domain.errors import StorageError, UsageError
from aircher.domain.events import Published
from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.models import ModelInfo
from aircher.engine.ports import Recorder
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS, SESSIONS
from aircher.storage.recorder import NullRecorder, SqliteRecorder
from aircher.storage.runs import SqliteRuns
from aircher.support.ids import new_id
from aircher.support.paths import project_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A session's place on disk. ``close`` ends it; call it after the session is closed."""

    session_id: SessionId
    recorder: Recorder
    history: Sequence[Published]
    close: Callable[[], None]


def unrecorded() -> Recording:
    """Return the recording of ``--ephemeral``: nothing is written."""
    return Recording(session_id=SessionId(new_id()), recorder=NullRecorder(), history=(), close=lambda: None)


def open_recording(
    paths: DatabasePaths,
    *,
    root: Path,
    model: ModelInfo,
    resume: str | None,
    continue_last: bool,
    fork: bool,
    note: Callable[[str], None],
) -> Recording:
    """Open the databases and the conversation that is meant.

    Args:
        paths: Where the databases are.
        root: The project's root.
        model: Who will answer; kept with a new conversation.
        resume: Beginning of a session's id; ``None`` = not asked for.
        continue_last: Whether the project's last session is meant.
        fork: Whether to go on in a copy.
        note: Told what a person should know and nothing is stopped by.

    Raises:
        UsageError: There is no such session.
        StorageError: A database cannot be used.
    """
    database = Database(paths.conversations, CONVERSATIONS)
    try:
        conversations = SqliteConversations(database)
        project = ProjectId(project_id(root))
        earlier = _earlier(conversations, project, resume=resume, continue_last=continue_last)
        if earlier is not None and fork:
            earlier = conversations.fork(earlier)
        session_id = earlier or conversations.create(
            project_id=project, project_path=str(root), provider=model.provider, model=model.name
        )
        loaded = conversations.load(session_id) if earlier else None
        if loaded and loaded.skipped:
            note(f"{len(loaded.skipped)} events of a newer version are left out")
        end_run = _begin_run(paths.sessions, session_id, root, note)
    except BaseException:
        database.close()
        raise

    def close() -> None:
        end_run()
        database.close()

    return Recording(
        session_id=session_id,
        recorder=SqliteRecorder(database, session_id),
        history=loaded.events if loaded else (),
        close=close,
    )


def _earlier(
    conversations: SqliteConversations, project: ProjectId, *, resume: str | None, continue_last: bool
) -> SessionId | None:
    if resume is not None:
        return conversations.find(resume).id
    if not continue_last:
        return None
    latest = conversations.latest(project)
    if latest is None:
        raise UsageError(
            "there is no session in this project to go on with",
            hint='aircher -p "your question" starts one',
            code="usage.session_unknown",
        )
    return latest.id


def _begin_run(path: Path, session_id: SessionId, root: Path, note: Callable[[str], None]) -> Callable[[], None]:
    """Note that this process works on the conversation; return what notes its end."""
    try:
        database = Database(path, SESSIONS)
    except StorageError as exc:
        note(f"this run is not listed: {exc.message}")
        return lambda: None
    runs = SqliteRuns(database)
    run_id = runs.begin(session_id, project_path=str(root))

    def end() -> None:
        runs.end(run_id)
        database.close()

    return end
