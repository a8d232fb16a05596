"""Doubles for tests and for trying things out: a loopback server that replays bytes, a clock turned by hand.

Invariant: nothing here leaves this machine.
"""
