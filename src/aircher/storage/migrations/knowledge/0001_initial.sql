-- What is known of each project. Every *_at is INTEGER microseconds since 1970, UTC; every *_ratio is 0 to 1;
-- columns that hold JSON are checked.

CREATE TABLE decisions (
    id           TEXT PRIMARY KEY,
    project_id   TEXT NOT NULL,
    title        TEXT NOT NULL,
    description  TEXT NOT NULL DEFAULT '',
    reasoning    TEXT NOT NULL DEFAULT '',
    alternatives TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(alternatives)),
    tags         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
    status       TEXT NOT NULL CHECK (status IN ('active', 'deprecated', 'superseded')),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX decisions_by_project ON decisions (project_id, status);

CREATE TABLE patterns (
    id               TEXT PRIMARY KEY,
    project_id       TEXT NOT NULL,
    kind             TEXT NOT NULL,
    pattern          TEXT NOT NULL,
    description      TEXT NOT NULL DEFAULT '',
    confidence_ratio REAL,
    uses             INTEGER NOT NULL DEFAULT 0,
    examples         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(examples)),
    tags             TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
    last_seen_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX patterns_by_project ON patterns (project_id, kind);

CREATE TABLE code_insights (
    id               TEXT PRIMARY KEY,
    project_id       TEXT NOT NULL,
    path             TEXT NOT NULL,
    kind             TEXT NOT NULL,
    insight          TEXT NOT NULL,
    confidence_ratio REAL,
    metadata         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL
) STRICT;

CREATE INDEX code_insights_by_path ON code_insights (project_id, path);

CREATE TABLE documents (
    project_id      TEXT NOT NULL,
    path            TEXT NOT NULL,
    kind            TEXT NOT NULL,
    title           TEXT NOT NULL DEFAULT '',
    purpose         TEXT NOT NULL DEFAULT '',
    sections        TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(sections)),
    references_json TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(references_json)),
    digest          TEXT NOT NULL DEFAULT '',
    analysed_at     INTEGER NOT NULL,
    PRIMARY KEY (project_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE components (
    project_id       TEXT NOT NULL,
    name             TEXT NOT NULL,
    kind             TEXT NOT NULL,
    description      TEXT NOT NULL DEFAULT '',
    confidence_ratio REAL,
    evidence         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(evidence)),
    metadata         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    updated_at       INTEGER NOT NULL,
    PRIMARY KEY (project_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE project_facts (
    project_id       TEXT NOT NULL,
    key              TEXT NOT NULL,
    value            TEXT NOT NULL,
    category         TEXT NOT NULL DEFAULT '',
    source           TEXT NOT NULL DEFAULT '',
    confidence_ratio REAL,
    updated_at       INTEGER NOT NULL,
    PRIMARY KEY (project_id, key)
) STRICT, WITHOUT ROWID;
