-- name: all_files
SELECT path, size_bytes, mtime_ns, digest, language FROM files ORDER BY path;

-- name: insert_file
INSERT INTO files (path, size_bytes, mtime_ns, digest, language) VALUES (?, ?, ?, ?, ?);

-- name: touch_file
UPDATE files SET size_bytes = ?, mtime_ns = ?, digest = ?, language = ? WHERE path = ?;

-- name: delete_file
DELETE FROM files WHERE path = ?;

-- name: clear_files
DELETE FROM files;

-- name: insert_symbol
INSERT INTO symbols (file_id, name, name_lower, kind, container, line, end_line, signature)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: insert_import
INSERT INTO imports (file_id, target, line) VALUES (?, ?, ?);

-- name: insert_chunk
INSERT INTO chunks (file_id, start_line, end_line) VALUES (?, ?, ?);

-- name: insert_chunk_text
INSERT INTO chunks_fts (rowid, head, body) VALUES (?, ?, ?);

-- name: symbols_exact
SELECT files.path, name, kind, container, line, end_line, signature FROM symbols JOIN files ON files.id = file_id
WHERE name_lower IN (SELECT value FROM json_each(?2)) AND name IN (SELECT value FROM json_each(?1))
ORDER BY files.path, line LIMIT ?3;

-- name: symbols_lower
SELECT files.path, name, kind, container, line, end_line, signature FROM symbols JOIN files ON files.id = file_id
WHERE name_lower IN (SELECT value FROM json_each(?1)) ORDER BY files.path, line LIMIT ?2;

-- name: symbols_prefix
-- A prefix's range ends before the prefix followed by the last character there is.
SELECT files.path, name, kind, container, line, end_line, signature FROM symbols JOIN files ON files.id = file_id
WHERE symbols.rowid IN (
    SELECT found.rowid FROM json_each(?1) AS wanted
    JOIN symbols AS found ON found.name_lower >= wanted.value AND found.name_lower < wanted.value || char(1114111))
ORDER BY files.path, line LIMIT ?2;

-- name: symbols_of_file
SELECT name, kind, container, line, end_line, signature FROM symbols JOIN files ON files.id = file_id
WHERE files.path = ? ORDER BY line, symbols.rowid;

-- name: imports_of_file
SELECT target, line FROM imports JOIN files ON files.id = file_id WHERE files.path = ? ORDER BY line, imports.rowid;

-- name: importers
SELECT files.path, target, line FROM imports JOIN files ON files.id = file_id
WHERE target IN (SELECT value FROM json_each(?)) ORDER BY files.path, line;

-- name: search_chunks
SELECT files.path, start_line, end_line, -bm25(chunks_fts, ?2, 1.0) AS score
FROM chunks_fts JOIN chunks ON chunks.id = chunks_fts.rowid JOIN files ON files.id = file_id
WHERE chunks_fts MATCH ?1 ORDER BY score DESC, files.path, start_line LIMIT ?3;

-- name: stats
SELECT (SELECT count(*) FROM files), (SELECT count(*) FROM symbols), (SELECT count(*) FROM chunks);

-- name: get_meta
SELECT value FROM meta WHERE key = ?;

-- name: put_meta
INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value;
