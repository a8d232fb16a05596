"""Commands that set one thing: with a value they choose it, without one they offer the list."""

from aircher.commands.command import CommandContext, Run
from aircher.commands.outcome import Choice, Chosen, Offered, Outcome


def offers(choice: Choice, *instead: str) -> Run:
    """Return what chooses; ``instead`` is the command line that prints the list where no list can be opened."""

    async def run(context: CommandContext, arguments: str) -> Outcome:  # noqa: ARG001 - a `Run`
        if arguments:
            return Chosen(choice=choice, value=arguments)
        return Offered(choice=choice, instead=instead)

    return run
