-- Conversations are their events; `messages` is a projection of them for lists and full-text search.
-- Every *_at is INTEGER microseconds since 1970, UTC. Ids are opaque TEXT.

CREATE TABLE conversations (
    id            TEXT PRIMARY KEY,
    project_id    TEXT NOT NULL,
    project_path  TEXT NOT NULL,
    title         TEXT,                 -- NULL until the first prompt
    provider      TEXT NOT NULL,
    model         TEXT NOT NULL,
    parent_id     TEXT,                 -- forked from; the parent may be deleted later, so no foreign key
    forked_at_seq INTEGER,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX conversations_by_update ON conversations (updated_at DESC);
CREATE INDEX conversations_by_project ON conversations (project_id, updated_at DESC);

CREATE TABLE events (
    session_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    turn_id    TEXT,
    type       TEXT NOT NULL,
    at         INTEGER NOT NULL,
    body       TEXT NOT NULL CHECK (json_valid(body)),
    PRIMARY KEY (session_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    id         INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant', 'tool')),
    text       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (session_id, seq)
) STRICT;

CREATE VIRTUAL TABLE messages_fts USING fts5 (
    text, content = 'messages', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER messages_inserted AFTER INSERT ON messages BEGIN
    INSERT INTO messages_fts (rowid, text) VALUES (new.id, new.text);
END;

CREATE TRIGGER messages_deleted AFTER DELETE ON messages BEGIN
    INSERT INTO messages_fts (messages_fts, rowid, text) VALUES ('delete', old.id, old.text);
END;

CREATE TRIGGER messages_updated AFTER UPDATE OF text ON messages BEGIN
    INSERT INTO messages_fts (messages_fts, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO messages_fts (rowid, text) VALUES (new.id, new.text);
END;

-- The files that a message was given, and why: filled by the context engine and by the import of earlier databases.
CREATE TABLE message_files (
    id              INTEGER PRIMARY KEY,
    message_id      INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    path            TEXT NOT NULL,
    relevance_ratio REAL,
    reason          TEXT
) STRICT;

CREATE INDEX message_files_by_message ON message_files (message_id);
