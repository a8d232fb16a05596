"""Applying edits: bytes and replacements in, bytes or a refusal out.

Invariant: pure; a file is never opened here, and what is not unambiguous is refused. Not its job: who may edit what.
"""
