"""Session, turn, step: from a prompt to a recorded answer.

Invariant: everything that happens is published on the bus, and no side effect starts before its intent is on disk.
Not its job: how anything looks, which vendor answers, how rows are stored.
"""
