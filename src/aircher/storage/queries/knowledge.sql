-- name: put_fact
INSERT INTO project_facts (project_id, key, value, category, source, confidence_ratio, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (project_id, key) DO UPDATE SET
    value = excluded.value, category = excluded.category, source = excluded.source,
    confidence_ratio = excluded.confidence_ratio, updated_at = excluded.updated_at;

-- name: get_fact
SELECT key, value, category, source, confidence_ratio, updated_at FROM project_facts WHERE project_id = ? AND key = ?;

-- name: list_facts
SELECT key, value, category, source, confidence_ratio, updated_at FROM project_facts WHERE project_id = ? ORDER BY key;

-- name: delete_fact
DELETE FROM project_facts WHERE project_id = ? AND key = ?;
