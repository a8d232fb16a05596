"""The project that Aircher stands in: its files, languages, symbols and an index that answers questions.

Invariant: reads only. Nothing here writes inside the project; what is kept goes through `IndexStore`.
Not its job: SQLite (`aircher.storage`), wording of answers (`aircher.providers.offline`).
"""
