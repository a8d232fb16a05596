-- What model calls under way may cost, for all processes to count beside what is spent: one row a call, gone when the
-- call is noted in `usage`. `session_id` and `began_at` name the run that holds it, as in `usage` a conversation that
-- may not be recorded. Of a process that ended without a word the row counts until `expires_at`, which a call that
-- lives moves on. Every *_at is INTEGER microseconds since 1970, UTC.

CREATE TABLE usage_holds (
    id         TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    began_at   INTEGER NOT NULL,
    provider   TEXT NOT NULL,
    held_usd   REAL NOT NULL CHECK (held_usd BETWEEN 0 AND 1e12),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
