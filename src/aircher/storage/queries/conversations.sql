-- name: insert_conversation
INSERT INTO conversations
    (id, project_id, project_path, title, provider, model, parent_id, forked_at_seq, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: get_conversation
SELECT id, project_id, project_path, title, provider, model, parent_id, forked_at_seq, created_at, updated_at,
       (SELECT count(*) FROM messages WHERE session_id = conversations.id),
       (SELECT count(*) FROM events INDEXED BY events_of_turns
        WHERE session_id = conversations.id AND type = 'turn.started')
       - (SELECT total(json_extract(body, '$.turns')) FROM events INDEXED BY events_of_turns
          WHERE session_id = conversations.id AND type = 'turns.rewound')
FROM conversations WHERE id = ?;

-- name: list_conversations
SELECT id, project_id, project_path, title, provider, model, parent_id, forked_at_seq, created_at, updated_at,
       (SELECT count(*) FROM messages WHERE session_id = conversations.id),
       (SELECT count(*) FROM events INDEXED BY events_of_turns
        WHERE session_id = conversations.id AND type = 'turn.started')
       - (SELECT total(json_extract(body, '$.turns')) FROM events INDEXED BY events_of_turns
          WHERE session_id = conversations.id AND type = 'turns.rewound')
FROM conversations WHERE title IS NOT NULL ORDER BY updated_at DESC, id DESC LIMIT ?;

-- name: list_conversations_of_project
SELECT id, project_id, project_path, title, provider, model, parent_id, forked_at_seq, created_at, updated_at,
       (SELECT count(*) FROM messages WHERE session_id = conversations.id),
       (SELECT count(*) FROM events INDEXED BY events_of_turns
        WHERE session_id = conversations.id AND type = 'turn.started')
       - (SELECT total(json_extract(body, '$.turns')) FROM events INDEXED BY events_of_turns
          WHERE session_id = conversations.id AND type = 'turns.rewound')
FROM conversations WHERE project_id = ? AND title IS NOT NULL ORDER BY updated_at DESC, id DESC LIMIT ?;

-- name: ids_with_prefix
SELECT id FROM conversations WHERE id >= ?1 AND substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT ?2;

-- name: recent_ids
SELECT id FROM conversations ORDER BY updated_at DESC LIMIT ?;

-- name: set_title
UPDATE conversations SET title = ? WHERE id = ?;

-- name: set_title_once
UPDATE conversations SET title = ? WHERE id = ? AND title IS NULL;

-- name: set_model
UPDATE conversations SET provider = ?, model = ? WHERE id = ?;

-- name: set_updated
UPDATE conversations SET updated_at = max(updated_at, ?) WHERE id = ?;

-- name: discard_unused_conversation
DELETE FROM conversations WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM events WHERE session_id = ?1);

-- name: delete_conversation
DELETE FROM conversations WHERE id = ?;

-- name: insert_event
INSERT INTO events (session_id, seq, turn_id, type, at, body) VALUES (?, ?, ?, ?, ?, ?);

-- name: events_of
SELECT session_id, seq, turn_id, type, at, body FROM events WHERE session_id = ? ORDER BY seq;

-- name: all_events
SELECT session_id, seq, turn_id, type, at, body FROM events;

-- name: turn_starts_before
-- The last turns that begin before an event, the newest first.
SELECT seq FROM events INDEXED BY events_of_turns
WHERE session_id = ?1 AND type = 'turn.started' AND seq < ?2 ORDER BY seq DESC LIMIT ?3;

-- name: rewinds
-- Where turns were dropped: the first event that is gone, and the event that says so.
SELECT json_extract(body, '$.first_seq'), seq FROM events INDEXED BY events_of_turns
WHERE session_id = ? AND type = 'turns.rewound';

-- name: events_between
SELECT session_id, seq, turn_id, type, at, body FROM events
WHERE session_id = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY seq;

-- name: open_stretch
-- The pieces of text after the last event that is none.
SELECT session_id, seq, turn_id, type, at, body FROM events
WHERE session_id = ?1 AND seq > coalesce(
    (SELECT seq FROM events WHERE session_id = ?1 AND type NOT IN ('text.delta', 'thinking.delta')
     ORDER BY seq DESC LIMIT 1), 0)
ORDER BY seq;

-- name: delete_events_from
DELETE FROM events WHERE session_id = ? AND seq >= ?;

-- name: last_seq
SELECT coalesce(max(seq), 0) FROM events WHERE session_id = ?;

-- name: copy_events
INSERT INTO events (session_id, seq, turn_id, type, at, body)
SELECT ?2, seq, turn_id, type, at, body FROM events WHERE session_id = ?1 AND seq <= ?3;

-- name: insert_message
INSERT INTO messages (session_id, seq, role, text, created_at) VALUES (?, ?, ?, ?, ?);

-- name: delete_messages_from
DELETE FROM messages WHERE session_id = ? AND seq >= ?;

-- name: copy_messages
INSERT INTO messages (session_id, seq, role, text, created_at)
SELECT ?2, seq, role, text, created_at FROM messages WHERE session_id = ?1 AND seq <= ?3;

-- name: search_messages
SELECT messages.session_id, conversations.title, messages.seq, messages.role, messages.created_at,
       snippet(messages_fts, 0, char(2), char(3), '…', 16)
FROM messages_fts
JOIN messages ON messages.id = messages_fts.rowid
JOIN conversations ON conversations.id = messages.session_id
WHERE messages_fts MATCH ?1 AND (?2 IS NULL OR conversations.project_id = ?2)
    AND (?3 IS NULL OR messages.session_id = ?3)
ORDER BY bm25(messages_fts), messages.created_at DESC LIMIT ?4;

-- name: last_messages
SELECT seq, role, substr(text, 1, ?3), created_at FROM messages WHERE session_id = ?1 ORDER BY seq DESC LIMIT ?2;
