-- What was typed and not sent, for each window of a project: a second one neither shows nor replaces the first one's.
-- `owner` names the window, `pid` its process; 0 = the window is closed. `saved_at` is microseconds since 1970, UTC.

CREATE TABLE drafts_by_window (
    project_id TEXT NOT NULL,
    owner      TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    text       TEXT NOT NULL,
    saved_at   INTEGER NOT NULL,
    PRIMARY KEY (project_id, owner)
) STRICT, WITHOUT ROWID;

INSERT INTO drafts_by_window (project_id, owner, pid, text, saved_at) SELECT project_id, '', 0, text, 0 FROM drafts;

DROP TABLE drafts;

ALTER TABLE drafts_by_window RENAME TO drafts;
