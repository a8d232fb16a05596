"""Names of what there is of permission and of reasoning, each from the least to the most.

Invariant: nothing is imported that every start of the program would pay for. Not its job: what a level lets pass
(`aircher.permissions.builtin`) or costs.
"""

from typing import Literal, TypeAlias

Mode: TypeAlias = Literal["plan", "ask", "edit", "auto"]
MODES: tuple[Mode, ...] = ("plan", "ask", "edit", "auto")
"""From what lets least pass to what lets most pass unasked."""
Thinking: TypeAlias = Literal["off", "low", "medium", "high"]
THINKING: tuple[Thinking, ...] = ("off", "low", "medium", "high")
"""From none to the most that a model can."""
BY_ITSELF = "default"
"""The choice of no level: a model reasons as it does by itself."""
