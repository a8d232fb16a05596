-- Runs of the program. `conversation_id` points into another file, so it may dangle.
-- Every *_at is INTEGER microseconds since 1970, UTC.

CREATE TABLE sessions (
    id              TEXT PRIMARY KEY,
    conversation_id TEXT,
    project_path    TEXT NOT NULL,
    pid             INTEGER,
    status          TEXT NOT NULL CHECK (status IN ('active', 'paused', 'ended', 'lost')),
    started_at      INTEGER NOT NULL,
    ended_at        INTEGER
) STRICT;

CREATE INDEX sessions_by_conversation ON sessions (conversation_id);
CREATE INDEX sessions_active ON sessions (pid) WHERE status = 'active';

CREATE TABLE session_context (
    id         INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    data       TEXT NOT NULL CHECK (json_valid(data)),
    priority   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX session_context_by_session ON session_context (session_id);
