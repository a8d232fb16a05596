"""The words everything else is written in: frozen data, closed unions, protocols and the error tree.

Invariant: nothing here performs I/O, logs, or imports beyond the standard library.
"""
