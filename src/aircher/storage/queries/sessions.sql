-- name: begin_run
INSERT INTO sessions (id, conversation_id, project_path, pid, status, started_at) VALUES (?, ?, ?, ?, 'active', ?);

-- name: end_run
UPDATE sessions SET status = ?, ended_at = ? WHERE id = ?;

-- name: active_runs
SELECT id, conversation_id, project_path, pid, status, started_at, ended_at FROM sessions
WHERE status = 'active' ORDER BY started_at;

-- name: recent_runs
SELECT id, conversation_id, project_path, pid, status, started_at, ended_at FROM sessions
ORDER BY started_at DESC, id DESC LIMIT ?;
