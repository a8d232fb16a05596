"""``/thinking``: how much the model reasons."""

from aircher.commands.choosing import offers
from aircher.commands.command import Command
from aircher.commands.outcome import Choice

COMMAND = Command(
    name="thinking",
    summary="choose how much the model reasons",
    arguments="[off|low|medium|high]",
    values=(
        "off",
        "low",
        "medium",
        "high",
    ),
    run=offers(Choice.THINKING),
)
