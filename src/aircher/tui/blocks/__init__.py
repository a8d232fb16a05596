"""The pieces that a conversation is drawn from: one class a kind of event, one function a kind of display block."""
