-- name: user_version
PRAGMA user_version;

-- name: has_tables
SELECT EXISTS (SELECT 1 FROM sqlite_schema);

-- name: create_migrations
CREATE TABLE IF NOT EXISTS schema_migrations (
    number     INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT;

-- name: applied
SELECT number, name, sha256 FROM schema_migrations ORDER BY number;

-- name: insert_applied
INSERT INTO schema_migrations (number, name, sha256, applied_at) VALUES (?, ?, ?, ?);
