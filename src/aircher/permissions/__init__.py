"""What a tool may touch: effects in, a decision with its reason out.

Invariant: pure; the same effects and the same policy always give the same decision. Not its job: asking anybody.
"""
