"""Where a session is recorded: a new conversation, one that is gone on with, a copy, or nowhere."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from aircher.config.databases import DatabasePaths
from aircher.domain.errors import StorageError, UsageError
from aircher.domain.events import Published
from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.models import ModelInfo
from aircher.domain.records import dataclass
from aircher.engine.ports import Recorder
from aircher.storage.conversations import Conversation, SqliteConversations
from aircher.storage.database import Database
from aircher.storage.history import SqliteHistory
from aircher.storage.migrate import CONVERSATIONS, SESSIONS
from aircher.storage.recorder import NullRecorder, SqliteRecorder
from aircher.storage.runs import Run, SqliteRuns
from aircher.support.ids import new_id
from aircher.support.paths import project_id

RUN_LIST_TIMEOUT_MS = 1000  # the list of runs is a convenience: nobody waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A session's place on disk. ``close`` ends it; call it after the session is closed.

    Attributes:
        pages: The conversation, to be read a page at a time; ``None`` = it is not recorded.
    """

    session_id: SessionId
    recorder: Recorder
    history: Sequence[Published]
    close: Callable[[], None]
    pages: SqliteHistory | None = None


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
        UsageError: There is no such session, or another process has it open.
        StorageError: A database cannot be used.
    """
    with ExitStack() as stack:
        database = stack.enter_context(Database(paths.conversations, CONVERSATIONS))
        runs = _RunList(paths.sessions, note)
        stack.callback(runs.close)
        conversations = SqliteConversations(database)
        project = ProjectId(project_id(root))
        earlier = _earlier(conversations, project, resume=resume, continue_last=continue_last)
        if earlier is not None:
            _tell_elsewhere(conversations.get(earlier), project, root, note)
        if earlier is not None and fork:
            earlier = conversations.fork(earlier)
        elif earlier is not None:
            runs.refuse_open(earlier)
        session_id = earlier or conversations.create(
            project_id=project, project_path=str(root), provider=model.provider, model=model.name
        )
        if earlier is None:
            stack.callback(_discard_unused, conversations, session_id)
        loaded = conversations.load(session_id) if earlier else None
        if loaded and loaded.skipped:
            note(f"{len(loaded.skipped)} events of a newer version are left out")
        runs.begin(session_id, root)
        return Recording(
            session_id=session_id,
            recorder=SqliteRecorder(database, session_id),
            history=loaded.events if loaded else (),
            close=stack.pop_all().close,
            pages=SqliteHistory(database, session_id),
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


def _tell_elsewhere(begun: Conversation, project: ProjectId, root: Path, note: Callable[[str], None]) -> None:
    if begun.project_id != project:
        note(f"this conversation began in {begun.project_path}, and goes on in {root}: its next changes are made here")


def _discard_unused(conversations: SqliteConversations, session_id: SessionId) -> None:
    with suppress(StorageError):  # then an empty one stays, which no list shows
        conversations.discard_unused(session_id)


class _RunList:
    """The list of runs, ``sessions.db``. It never fails a run: the first trouble with it is noted and ends its use."""

    def __init__(self, path: Path, note: Callable[[str], None]) -> None:
        self._note = note
        self._database: Database | None = None
        self._run_id: str | None = None
        with self._forgiving():
            self._database = Database(path, SESSIONS, busy_timeout_ms=RUN_LIST_TIMEOUT_MS)

    def refuse_open(self, session_id: SessionId) -> None:
        """Return if no other process that lives has the conversation open.

        Raises:
            UsageError: ``usage.session_open``.
        """
        found: tuple[Run, ...] = ()
        if self._database is not None:
            with self._forgiving():
                found = SqliteRuns(self._database).active()
        others = [run.pid for run in found if run.conversation_id == session_id and run.pid != os.getpid()]
        if others:
            raise UsageError(
                f"session {session_id} is open in process {others[0]}",
                hint=f"end that process, or go on in a copy: aircher -r {session_id} --fork",
                code="usage.session_open",
            )

    def begin(self, session_id: SessionId, root: Path) -> None:
        """Note that this process works on the conversation."""
        if self._database is not None:
            with self._forgiving():
                self._run_id = SqliteRuns(self._database).begin(session_id, project_path=str(root))

    def close(self) -> None:
        """Note that it does so no more."""
        database = self._database
        if database is not None and self._run_id is not None:
            with self._forgiving():
                SqliteRuns(database).end(self._run_id)
        self._give_up()

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except StorageError as exc:
            self._note(f"this run is not listed: {exc.message}")
            self._give_up()

    def _give_up(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            with suppress(StorageError):  # what was acknowledged is in the file all the same
                database.close()
