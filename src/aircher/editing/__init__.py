"""Applying edits: bytes and replacements in, bytes or a refusal out.

Invariant: pure; a file is never opened here, and what is not unambiguous is refused. Not its job: who may edit what.
"""

from aircher.editing.apply import apply, apply_all
from aircher.editing.outcome import Edited, Near, Refused, Replacement, SyntaxProblem

__all__ = ["Edited", "Near", "Refused", "Replacement", "SyntaxProblem", "apply", "apply_all"]
