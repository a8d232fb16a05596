-- What model calls used and cost: one row a call, added and never changed. No text of a conversation is in it.
-- `session_id` names a conversation in another file, or one that was not recorded. `at` is INTEGER microseconds since
-- 1970, UTC. Tokens that are NULL were not reported; a cost that is NULL is unknown. `is_estimated` = the server did
-- not report, or the call was cut off, so the numbers are ours.

CREATE TABLE usage (
    id                 INTEGER PRIMARY KEY,
    at                 INTEGER NOT NULL,
    project_id         TEXT NOT NULL,
    project_path       TEXT NOT NULL,
    session_id         TEXT NOT NULL,
    turn_id            TEXT,
    provider           TEXT NOT NULL,
    model              TEXT NOT NULL,
    input_tokens       INTEGER NOT NULL CHECK (input_tokens >= 0),
    output_tokens      INTEGER NOT NULL CHECK (output_tokens >= 0),
    cached_tokens      INTEGER CHECK (cached_tokens >= 0),
    cache_write_tokens INTEGER CHECK (cache_write_tokens >= 0),
    reasoning_tokens   INTEGER CHECK (reasoning_tokens >= 0),
    cost_usd           REAL CHECK (cost_usd BETWEEN 0 AND 1e12),
    is_estimated       INTEGER NOT NULL CHECK (is_estimated IN (0, 1))
) STRICT;

CREATE INDEX usage_by_time ON usage (at, provider, session_id, cost_usd);
CREATE INDEX usage_by_project ON usage (project_id, at);
