"""What the workspace was before each call, and the way back.

Invariant: what a call may change can be restored from the moment it begins, also after ``kill -9``. Nothing here needs
git, and nothing of what other hands changed is ever taken for the session's own.
"""
