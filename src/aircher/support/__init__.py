"""Small, pure, domain-free pieces: time, ids, atomic files, paths, nearest names.

Invariant: nothing here knows what Aircher is for.
"""
