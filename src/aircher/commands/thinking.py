"""``/thinking``: how much the model reasons."""

from aircher.commands.choosing import offers
from aircher.commands.command import Command
from aircher.commands.outcome import Choice
from aircher.domain.levels import BY_ITSELF, THINKING

COMMAND = Command(
    name="thinking",
    summary="choose how much the model reasons",
    arguments=f"[{'|'.join((BY_ITSELF, *THINKING))}]",
    values=(BY_ITSELF, *THINKING),
    run=offers(Choice.THINKING),
)
