-- Prompts that wait beside a conversation: to steer the running turn, or to become a turn of their own. A row goes when
-- the conversation has the prompt. `session_id` names a conversation in another file; `prompt` is JSON, its parts.

CREATE TABLE waiting_prompts (
    session_id TEXT NOT NULL,
    id         TEXT NOT NULL,
    place      INTEGER NOT NULL,
    lane       TEXT NOT NULL CHECK (lane IN ('steer', 'queue')),
    prompt     TEXT NOT NULL CHECK (json_valid(prompt)),
    PRIMARY KEY (session_id, id)
) STRICT, WITHOUT ROWID;
