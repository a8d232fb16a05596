-- What was typed in a project: the lines that were sent, to be found again, and the one that was not sent yet.
-- Every *_at is INTEGER microseconds since 1970, UTC.

CREATE TABLE input_history (
    id         INTEGER PRIMARY KEY,
    project_id TEXT NOT NULL,
    text       TEXT NOT NULL,
    typed_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX input_history_by_project ON input_history (project_id, id DESC);

CREATE TABLE drafts (
    project_id TEXT PRIMARY KEY,
    text       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a conversation cost, for a list of them.
CREATE INDEX usage_by_session ON usage (session_id, cost_usd);
