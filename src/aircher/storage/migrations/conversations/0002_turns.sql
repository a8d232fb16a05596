-- Where turns begin and which were dropped: a page of history, and the number of turns in a list, without reading events.

CREATE INDEX events_of_turns ON events (session_id, type, seq) WHERE type = 'turn.started' OR type = 'turns.rewound';
