"""What slash commands learn of the program around them: subcommands, what is in force, the project's changes."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aircher import __version__
from aircher.app.choice import choose_provider, model_info
from aircher.app.options import SessionOptions
from aircher.commands.command import JobAction
from aircher.config import Config
from aircher.domain.display import DiffBlock, DisplayBlock, TextBlock
from aircher.domain.errors import AircherError, UsageError
from aircher.domain.provider import ToolSpec
from aircher.domain.records import dataclass
from aircher.domain.tools import ToolFailure
from aircher.support.aio import in_own_thread

if TYPE_CHECKING:
    from aircher.tools.shell_ports import JobControl

SUBCOMMAND_GRACE_S = 0.5
"""What is cancelled may still write what it has in hand; longer, and leaving would feel stuck."""
Subcommand = Callable[[Sequence[str]], str]
"""Returns what ``aircher ARGUMENTS`` prints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramOutside:
    """Satisfies `aircher.commands.command.Outside`.

    Attributes:
        specs: Returns the tools of the session that is open, or would be.
        session_facts: Returns what only an open session knows.
        job_control: The session's commands in the background; ``None`` = none is open.
    """

    config: Config
    options: SessionOptions
    environ: Mapping[str, str]
    subcommand_text: Subcommand
    specs: Callable[[], Sequence[ToolSpec]]
    session_facts: Callable[[], Sequence[tuple[str, str]]] = tuple
    job_control: "JobControl | None" = None

    async def subcommand(self, *arguments: str) -> str:
        """Return what ``aircher ARGUMENTS`` prints; it runs in a thread, and nobody who leaves waits for it."""
        work = partial(self.subcommand_text, arguments)
        return await in_own_thread(work, name=f"aircher {arguments[0]}", grace_s=SUBCOMMAND_GRACE_S)

    async def facts(self) -> Sequence[tuple[str, str]]:
        """Return what is in force; what a session knows better replaces what configuration says."""
        known = dict(await asyncio.to_thread(self._configured))
        known.update(self.session_facts())
        return tuple(known.items())

    async def tools(self) -> Sequence[tuple[str, str]]:
        """Return the tools that the model has, the first sentence of each."""
        return tuple((spec.name, spec.description.split(". ")[0].rstrip(".")) for spec in self.specs())

    async def changes(self) -> Sequence[DisplayBlock]:
        """Return how files differ from the last commit, one block a file; new ones come last."""
        from aircher.app.new_files import additions
        from aircher.workspace.git import GitRepository

        repository = GitRepository(self.config.root)
        answer = await repository.answer(
            "diff", revision="HEAD", path=None, is_staged=False, limit=0, first_line=1, may_read=lambda _: True
        )
        if isinstance(answer, ToolFailure):
            return (TextBlock(text=answer.message),)
        new = await repository.untracked()
        if isinstance(new, ToolFailure):
            return (*_diffs(answer), TextBlock(text=new.message))
        return (*_diffs(answer), *await asyncio.to_thread(additions, self.config.root, new))

    async def memory(self) -> Sequence[DisplayBlock]:
        """Return AGENTS.md."""
        path = self.config.root / self.config.memory.project_file
        text = await asyncio.to_thread(_text_of, path)
        return () if text is None else (TextBlock(text=text, language="markdown"),)

    async def jobs(self, action: JobAction, job_id: str) -> Sequence[DisplayBlock]:
        """Return how the session's jobs stand, what one printed, or how the one that was stopped ended."""
        from aircher.tools.jobs import Args, look_after

        if self.job_control is None:
            raise UsageError("jobs live as long as their conversation, and none is open", hint="aircher, there /jobs")
        done = await look_after(self.job_control, Args(action=action, job_id=job_id))
        if isinstance(done, ToolFailure):
            raise UsageError(done.message.rstrip("."), hint="/jobs lists them")
        return done.display or (TextBlock(text=done.content),)

    def _configured(self) -> list[tuple[str, str]]:
        name, section = choose_provider(self.config, self.environ, requested=self.options.provider)
        try:
            model = model_info(name, section, requested=self.options.model, environ=self.environ)
            window = "unknown" if model.context_tokens is None else f"{model.context_tokens:,} tokens"
            said = [("model", model.name), ("window", window)]
        except AircherError as exc:
            said = [("model", exc.message)]
        return [
            ("aircher", __version__),
            ("project", str(self.config.root)),
            ("provider", name),
            *said,
            ("thinking", self.options.thinking or "as the model does by itself"),
            ("mode", self.options.mode or self.config.security.mode),
            ("sandbox", self._sandbox()),
        ]

    def _sandbox(self) -> str:
        from aircher.workspace.sandbox import find_sandbox

        try:
            return find_sandbox(self.config.security.sandbox_mode).describe()
        except AircherError as exc:
            return exc.message


def _text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _diffs(text: str) -> list[DisplayBlock]:
    """Return the files of a unified diff, each without its header."""
    blocks: list[DisplayBlock] = []
    for part in f"\n{text}".split("\ndiff --git ")[1:]:
        head, has_hunks, hunks = part.partition("\n@@")
        path = head.split("\n", 1)[0].rpartition(" b/")[2]
        body = f"@@{hunks}" if has_hunks else "\n".join(head.split("\n")[1:])
        lines = body.split("\n")
        added = sum(1 for line in lines if line.startswith("+"))
        removed = sum(1 for line in lines if line.startswith("-"))
        blocks.append(DiffBlock(path=path, diff=body, added=added, removed=removed))
    return blocks
