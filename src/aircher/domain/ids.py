"""The kinds of identifier, so that one cannot be passed where another is meant. All are opaque text."""

from typing import NewType

SessionId = NewType("SessionId", str)
TurnId = NewType("TurnId", str)
CallId = NewType("CallId", str)
ProjectId = NewType("ProjectId", str)
PromptId = NewType("PromptId", str)
