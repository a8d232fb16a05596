"""The text that is being written: a buffer with undo, its keys (ordinary or vim's), and its rows on the screen.

Invariant: the cursor is always within the text, at the border of a cluster; every change can be undone. Not its job:
history of prompts, completion, chips' contents, sending; they are the composer's, which also asks the keymap first.
"""
