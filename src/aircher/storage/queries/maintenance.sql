-- name: count_conversations
SELECT count(*) FROM conversations;

-- name: count_events
SELECT count(*) FROM events;

-- name: count_messages
SELECT count(*) FROM messages;

-- name: count_decisions
SELECT count(*) FROM decisions;

-- name: count_patterns
SELECT count(*) FROM patterns;

-- name: count_code_insights
SELECT count(*) FROM code_insights;

-- name: count_documents
SELECT count(*) FROM documents;

-- name: count_components
SELECT count(*) FROM components;

-- name: count_project_facts
SELECT count(*) FROM project_facts;

-- name: count_sessions
SELECT count(*) FROM sessions;

-- name: count_usage
SELECT count(*) FROM usage;

-- name: count_audit
SELECT count(*) FROM audit;

-- name: count_files
SELECT count(*) FROM files;

-- name: count_symbols
SELECT count(*) FROM symbols;

-- name: count_imports
SELECT count(*) FROM imports;

-- name: count_chunks
SELECT count(*) FROM chunks;

-- name: check_full_text
INSERT INTO messages_fts (messages_fts, rank) VALUES ('integrity-check', 1);
