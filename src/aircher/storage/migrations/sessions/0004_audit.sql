-- The audit trail: one row for each thing that was asked, judged, answered, begun and ended. Rows are added, never
-- changed; the oldest may be removed by a prune that says so in a row of its own. `hash` is SHA-256 over `previous`, the
-- hash of the row before, and all other columns (`aircher.storage.audit_chain`). `at` is INTEGER microseconds since 1970,
-- UTC. The triggers keep a mistake out; whoever writes to the file on purpose is found by the hashes.

CREATE TABLE audit (
    seq        INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    turn_id    TEXT,
    call_id    TEXT,
    kind       TEXT NOT NULL,
    tool       TEXT NOT NULL,
    data       TEXT NOT NULL CHECK (json_valid(data)),
    previous   TEXT NOT NULL,
    hash       TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_session ON audit (session_id, seq);

-- Where the chain begins and ends: the last row that was pruned (0 and zeros = none was), and the last row there is.
CREATE TABLE audit_ends (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    base_seq  INTEGER NOT NULL CHECK (base_seq >= 0),
    base_hash TEXT NOT NULL,
    head_seq  INTEGER NOT NULL CHECK (head_seq >= base_seq),
    head_hash TEXT NOT NULL
) STRICT;

INSERT INTO audit_ends (id, base_seq, base_hash, head_seq, head_hash)
VALUES (1, 0, printf('%064d', 0), 0, printf('%064d', 0));

CREATE TRIGGER audit_row_follows_the_last BEFORE INSERT ON audit
WHEN NOT EXISTS (SELECT 1 FROM audit_ends WHERE head_seq = NEW.seq - 1 AND head_hash = NEW.previous)
BEGIN
    SELECT RAISE(ABORT, 'a row of the audit trail follows the last one');
END;

CREATE TRIGGER audit_head_moves_on AFTER INSERT ON audit
BEGIN
    UPDATE audit_ends SET head_seq = NEW.seq, head_hash = NEW.hash;
END;

CREATE TRIGGER audit_row_never_changes BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'a row of the audit trail never changes');
END;

CREATE TRIGGER audit_row_goes_only_when_pruned BEFORE DELETE ON audit
WHEN OLD.seq > (SELECT base_seq FROM audit_ends)
BEGIN
    SELECT RAISE(ABORT, 'a row of the audit trail goes only when it is pruned');
END;

CREATE TRIGGER audit_ends_only_grow BEFORE UPDATE ON audit_ends
WHEN NEW.base_seq < OLD.base_seq OR NEW.head_seq < OLD.head_seq
BEGIN
    SELECT RAISE(ABORT, 'the ends of the audit trail only move on');
END;

CREATE TRIGGER audit_ends_stay BEFORE DELETE ON audit_ends
BEGIN
    SELECT RAISE(ABORT, 'the ends of the audit trail stay');
END;
