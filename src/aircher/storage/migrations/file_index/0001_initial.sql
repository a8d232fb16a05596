-- A cache of one project; everything here can be rebuilt from its files.
-- A path is a BLOB, because a file's name need not be UTF-8. Tokens come tokenised, so the tokenizer only splits at
-- spaces: `ascii` never splits a word of letters and digits of any script. The texts themselves are not kept; bm25 then
-- needs positions, so a smaller `detail` would make every score zero.

CREATE TABLE files (
    id         INTEGER PRIMARY KEY,
    path       BLOB NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    mtime_ns   INTEGER NOT NULL,
    digest     TEXT NOT NULL,
    language   TEXT NOT NULL
) STRICT;

CREATE TABLE symbols (
    file_id    INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    name_lower TEXT NOT NULL,
    kind       TEXT NOT NULL,
    container  TEXT NOT NULL,
    line       INTEGER NOT NULL,
    end_line   INTEGER NOT NULL,
    signature  TEXT NOT NULL
) STRICT;

CREATE INDEX symbols_by_file ON symbols (file_id, line);
CREATE INDEX symbols_by_name_lower ON symbols (name_lower);

CREATE TABLE imports (
    file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    target  TEXT NOT NULL,
    line    INTEGER NOT NULL
) STRICT;

CREATE INDEX imports_by_file ON imports (file_id, line);
CREATE INDEX imports_by_target ON imports (target);

CREATE TABLE chunks (
    id         INTEGER PRIMARY KEY,
    file_id    INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    start_line INTEGER NOT NULL,
    end_line   INTEGER NOT NULL
) STRICT;

CREATE INDEX chunks_by_file ON chunks (file_id);

CREATE VIRTUAL TABLE chunks_fts USING fts5 (
    head, body, content = '', contentless_delete = 1, tokenize = 'ascii'
);

CREATE TRIGGER chunks_deleted AFTER DELETE ON chunks BEGIN
    DELETE FROM chunks_fts WHERE rowid = old.id;
END;

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
