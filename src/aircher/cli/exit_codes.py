"""One cause, one exit code. Scripts rely on this table; `aircher --help` prints it."""

DONE = 0
DEFECT = 1
INTERRUPTED = 130

BY_CODE = {
    "defect": 1,
    "usage": 2,
    "config": 3,
    "provider.auth": 4,
    "provider": 5,
    "provider.rate_limit": 6,
    "provider.quota": 6,
    "budget": 7,
    "permission": 8,
    "deadline": 9,
    "provider.tokens": 10,
    "storage": 11,
    "schema": 12,
    "signal.sigint": 130,
    "signal.sigterm": 143,
}
"""Exit codes by error code; a longer prefix wins."""

CAUSES = (
    (0, "done"),
    (1, "a defect in Aircher"),
    (2, "wrong usage"),
    (3, "configuration invalid"),
    (4, "authentication"),
    (5, "provider or network failed after all retries"),
    (6, "rate limit or quota that outlasts the deadline"),
    (7, "budget reached (cost, tokens, turns)"),
    (8, "a needed permission was refused"),
    (9, "deadline passed"),
    (10, "the prompt does not fit the model's window"),
    (11, "storage failed (nothing written was lost)"),
    (12, "the answer does not satisfy the schema"),
    (130, "interrupted"),
    (143, "terminated"),
)


def exit_code(error_code: str) -> int:
    """Return the exit code for a stable error code such as ``provider.auth``."""
    parts = error_code.split(".")
    for length in range(len(parts), 0, -1):
        found = BY_CODE.get(".".join(parts[:length]))
        if found is not None:
            return found
    return DEFECT
