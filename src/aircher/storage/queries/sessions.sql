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

-- name: add_usage
INSERT INTO usage (at, project_id, project_path, session_id, turn_id, provider, model, input_tokens, output_tokens,
    cached_tokens, cache_write_tokens, reasoning_tokens, cost_usd, is_estimated)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: usage_spent
SELECT total(cost_usd), count(*) FILTER (WHERE cost_usd IS NULL) FROM usage
WHERE at >= ?1 AND at < ?2 AND (?3 IS NULL OR provider = ?3);

-- name: usage_elsewhere
SELECT provider,
    total(cost_usd) FILTER (WHERE at >= ?1), count(*) FILTER (WHERE at >= ?1 AND cost_usd IS NULL),
    total(cost_usd), count(*) FILTER (WHERE cost_usd IS NULL)
FROM usage WHERE at >= ?2 AND (session_id IS NOT ?3 OR at < ?4) GROUP BY provider;

-- name: put_hold
INSERT INTO usage_holds (id, session_id, began_at, provider, held_usd, expires_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET held_usd = excluded.held_usd, expires_at = excluded.expires_at;

-- name: drop_hold
DELETE FROM usage_holds WHERE id = ?;

-- name: drop_dead_holds
DELETE FROM usage_holds WHERE expires_at <= ?1 OR expires_at > ?2;

-- name: held_elsewhere
SELECT provider, total(held_usd) FROM usage_holds
WHERE expires_at > ?1 AND expires_at <= ?2 AND NOT (session_id IS ?3 AND began_at = ?4) GROUP BY provider;

-- name: usage_extent
SELECT min(at), max(at) FROM usage WHERE at >= ?1 AND at < ?2 AND (?3 IS NULL OR project_id = ?3);

-- name: usage_by_day
SELECT json_extract(day.value, '$[0]'), count(*), count(*) FILTER (WHERE cost_usd IS NULL), sum(is_estimated),
    sum(input_tokens), sum(output_tokens), sum(cached_tokens), sum(cache_write_tokens), sum(reasoning_tokens),
    total(cost_usd)
FROM json_each(?1) AS day CROSS JOIN usage
    ON at >= json_extract(day.value, '$[1]') AND at < json_extract(day.value, '$[2]')
WHERE ?2 IS NULL OR project_id = ?2
GROUP BY day.key ORDER BY day.key;

-- name: usage_by_name
SELECT CASE ?1
        WHEN 'project' THEN max(project_path)
        WHEN 'provider' THEN provider
        WHEN 'model' THEN provider || '/' || model
        WHEN 'session' THEN session_id
    END,
    count(*), count(*) FILTER (WHERE cost_usd IS NULL), sum(is_estimated),
    sum(input_tokens), sum(output_tokens), sum(cached_tokens), sum(cache_write_tokens), sum(reasoning_tokens),
    total(cost_usd) AS cost
FROM usage WHERE at >= ?2 AND at < ?3 AND (?4 IS NULL OR project_id = ?4)
GROUP BY CASE ?1
    WHEN 'project' THEN project_id
    WHEN 'provider' THEN provider
    WHEN 'model' THEN provider || '/' || model
    WHEN 'session' THEN session_id
END
ORDER BY cost DESC, 1;

-- name: audit_tables
SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('audit', 'audit_ends');

-- name: audit_ends
SELECT base_seq, base_hash, head_seq, head_hash FROM audit_ends;

-- name: add_audit
INSERT INTO audit (seq, at, session_id, turn_id, call_id, kind, tool, data, previous, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: audit_rows
SELECT seq, at, session_id, turn_id, call_id, kind, tool, data, previous, hash FROM audit ORDER BY seq;

-- name: audit_newest
SELECT seq, at, session_id, turn_id, call_id, kind, tool, data, previous, hash FROM audit
WHERE (?1 IS NULL OR substr(session_id, 1, length(?1)) = ?1) AND (?2 IS NULL OR call_id = ?2)
    AND (?3 IS NULL OR kind = ?3) AND at >= ?4
ORDER BY seq DESC LIMIT ?5;

-- name: audit_of_kind
SELECT seq, at, session_id, turn_id, call_id, kind, tool, data, previous, hash FROM audit
WHERE kind = ?1 AND at >= ?2 AND (?3 IS NULL OR session_id = ?3) ORDER BY seq;

-- name: audit_last_before
SELECT seq, hash FROM audit WHERE seq < (SELECT coalesce(min(seq), 1 << 62) FROM audit WHERE at >= ?1)
ORDER BY seq DESC LIMIT 1;

-- name: move_audit_base
UPDATE audit_ends SET base_seq = ?, base_hash = ?;

-- name: drop_pruned_audit
DELETE FROM audit WHERE seq <= (SELECT base_seq FROM audit_ends);

-- name: usage_of_sessions
SELECT session_id, total(cost_usd), count(*) FILTER (WHERE cost_usd IS NULL) FROM usage
WHERE session_id IN (SELECT value FROM json_each(?1)) GROUP BY session_id;

-- name: waiting_prompts
SELECT id, lane, prompt FROM waiting_prompts WHERE session_id = ? ORDER BY place;

-- name: drop_waiting_prompts
DELETE FROM waiting_prompts WHERE session_id = ?1 AND id NOT IN (SELECT value FROM json_each(?2));

-- name: put_waiting_prompt
INSERT INTO waiting_prompts (session_id, id, place, lane, prompt) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (session_id, id) DO UPDATE SET place = excluded.place, lane = excluded.lane, prompt = excluded.prompt
WHERE place <> excluded.place OR lane <> excluded.lane OR prompt <> excluded.prompt;

-- name: last_input
SELECT text FROM input_history WHERE project_id = ? ORDER BY id DESC LIMIT 1;

-- name: recent_input
SELECT text FROM input_history WHERE project_id = ? ORDER BY id DESC LIMIT ?;

-- name: add_input
INSERT INTO input_history (project_id, text, typed_at) VALUES (?, ?, ?);

-- name: prune_input
DELETE FROM input_history WHERE project_id = ?1 AND id <= (
    SELECT id FROM input_history WHERE project_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2);

-- name: drafts
SELECT owner, pid, saved_at, text FROM drafts WHERE project_id = ? ORDER BY saved_at DESC;

-- name: put_draft
INSERT INTO drafts (project_id, owner, pid, text, saved_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (project_id, owner) DO UPDATE SET text = excluded.text, saved_at = excluded.saved_at;

-- name: drop_draft
DELETE FROM drafts WHERE project_id = ? AND owner = ?;

-- name: release_draft
UPDATE drafts SET pid = 0 WHERE project_id = ? AND owner = ?;
