"""SQLite, and everything that knows of it: files, migrations, repositories, the recorder, upkeep.

Invariant: apsw is imported here and nowhere else, and every failure leaves this room as a `StorageError`.
"""
