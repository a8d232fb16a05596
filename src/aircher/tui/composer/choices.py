"""What the popups offer: commands at once, their arguments and files when whoever knows them has answered.

Invariant: what cannot be written into the input (control characters, halves of characters) is never offered. Lists are
asked for once a popup; nothing is ranked on the loop that would hold it up.
"""

import asyncio
from collections.abc import Sequence

from aircher.tui.composer.asking import Asked
from aircher.tui.composer.background import Background
from aircher.tui.composer.chips import foreign
from aircher.tui.composer.menu import Choice
from aircher.tui.composer.ports import ArgumentChoice, CommandEntry, ComposerPorts, FileChoice
from aircher.tui.composer.submission import mention
from aircher.tui.composer.tokens import ArgumentToken, CommandToken, FileToken, Token
from aircher.tui.fuzzy import Ranking, rank

MOST_CHOICES = 64  # eight screens of a popup: who looks further types another letter
RANKED_AT_ONCE = 1_000  # texts; ranking so many takes about 2 ms


class Choices:
    """The choices for a token."""

    def __init__(self, ports: ComposerPorts, background: Background) -> None:
        self._ports = ports
        self._arguments: Asked[ArgumentChoice] = Asked(background)
        self._relevant: Asked[FileChoice] = Asked(background)
        self._paths: Asked[str] = Asked(background)
        self._ranking: asyncio.Future[list[Choice]] | None = None
        self._ranked: tuple[Sequence[str], Ranking] | None = None

    def at_once(self, token: Token) -> list[Choice] | None:
        """Return the choices that need no waiting for; ``None`` = they do."""
        return command_choices(token.query, self._ports.commands.entries()) if isinstance(token, CommandToken) else None

    async def later(self, token: FileToken | ArgumentToken) -> list[Choice]:
        """Return the choices, once they are known.

        Raises:
            AircherError: They cannot be known.
        """
        if isinstance(token, ArgumentToken):
            name, words = token.name, token.words
            known = await self._arguments.answer((name, words), lambda: self._ports.commands.arguments(name, words))
            return argument_choices(token.query, known)
        if not token.query.strip():
            return file_choices(await self._relevant.answer("", lambda: self._ports.files.relevant(MOST_CHOICES)))
        paths = await self._paths.answer("", self._writable_paths)
        if self._ranked is None or self._ranked[0] is not paths:
            self._ranked = (paths, Ranking(paths))
        ranking = self._ranked[1]
        if len(paths) <= RANKED_AT_ONCE:
            return path_choices(token.query, paths, ranking)
        while self._ranking is not None and not self._ranking.done():
            await asyncio.wait([self._ranking])  # of the letters typed meanwhile, only the last are ranked
        self._ranking = asyncio.ensure_future(asyncio.to_thread(path_choices, token.query, paths, ranking))
        return await asyncio.shield(self._ranking)

    def forget(self) -> None:
        """Ask anew for the next popup."""
        self._arguments.forget()
        self._relevant.forget()
        self._paths.forget()
        self._ranked = None

    async def _writable_paths(self) -> Sequence[str]:
        paths = await self._ports.files.paths()
        return await asyncio.to_thread(_writable, paths) if len(paths) > RANKED_AT_ONCE else _writable(paths)


def command_choices(query: str, entries: Sequence[CommandEntry]) -> list[Choice]:
    """Return the commands that are meant: those that begin so come first, in their own order."""
    return [
        Choice(
            value=entries[at].name,
            label=f"/{entries[at].name}{' ' * bool(entries[at].arguments)}{entries[at].arguments}",
            detail=entries[at].summary,
            positions=tuple(position + 1 for position in positions),
        )
        for at, positions in _begun(query, [entry.name for entry in entries])
    ]


def argument_choices(query: str, known: Sequence[ArgumentChoice]) -> list[Choice]:
    """Return the words that are meant: those that begin so come first, in their own order."""
    known = [choice for choice in known if choice.word and foreign(choice.word) == choice.word]
    return [
        Choice(value=known[at].word, label=known[at].word, detail=known[at].summary, positions=positions)
        for at, positions in _begun(query, [choice.word for choice in known])
    ]


def path_choices(query: str, paths: Sequence[str], ranking: Ranking) -> list[Choice]:
    """Return the paths that are meant, best first; ``ranking`` is theirs."""
    return [
        Choice(value=paths[match.at], label=paths[match.at], positions=match.positions, keeps_end=True)
        for match in ranking.best(query, limit=MOST_CHOICES).matches
    ]


def inserted(token: Token, choice: Choice) -> str:
    """Return what stands in the text where the token was; a space behind it, unless it may go on."""
    match token:
        case FileToken():
            return mention(choice.value) + ("" if choice.value.endswith("/") else " ")
        case CommandToken():
            return f"/{choice.value} "
        case ArgumentToken():
            return f"{choice.value} "


def _begun(query: str, names: Sequence[str]) -> list[tuple[int, tuple[int, ...]]]:
    begun = [at for at, name in enumerate(names) if name.startswith(query)]
    begun.sort(key=lambda at: names[at] != query)
    letters = tuple(range(len(query)))
    others = rank(query, names, limit=MOST_CHOICES) if query.strip() else []
    known = set(begun)
    found = [(at, letters) for at in begun] + [(each.at, each.positions) for each in others if each.at not in known]
    return found[:MOST_CHOICES]


def file_choices(known: Sequence[FileChoice]) -> list[Choice]:
    """Return the files that come to mind, in their order."""
    return [
        Choice(value=file.path, label=file.path, detail=file.reason, keeps_end=True)
        for file in known
        if file.path and _is_writable(file.path)
    ][:MOST_CHOICES]


def _writable(paths: Sequence[str]) -> Sequence[str]:
    return [path for path in paths if _is_writable(path)]


def _is_writable(path: str) -> bool:
    return (path.isascii() and path.isprintable()) or ("\n" not in path and "\t" not in path and foreign(path) == path)
