"""Reading bash: a parse, the values words may have, and what programs do with them.

Invariant: pure; whatever two readers of the same text might see differently is unknown. Not its job: deciding.
"""
