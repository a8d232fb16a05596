"""Facts from a git repository that nobody trusts.

A repository's own settings may name programs for nearly everything git does. Invariant: none of them is run, nothing is
fetched, nothing is written, no argument becomes an option, and a ``.git`` that leads to somebody else's repository is
refused. Only what lies below the workspace's root is shown.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from aircher.domain.tools import ToolFailure

if TYPE_CHECKING:
    from aircher.workspace._git_question import Question

DEADLINE_S = 20.0  # a blame of a long history takes a few

Command: TypeAlias = Literal["status", "diff", "log", "show", "blame"]
Answer = TypeVar("Answer")
MayRead = Callable[[Path], bool]


class GitRepository:
    """The repository in which ``root`` lies.

    Args:
        root: The project's root; absolute.
        git: The program.
        deadline_s: How long one answer may take.
    """

    def __init__(self, root: Path, *, git: str = "git", deadline_s: float = DEADLINE_S) -> None:
        self._root = root.resolve()
        self._git = git
        self._deadline_s = deadline_s

    async def answer(
        self,
        command: Command,
        *,
        revision: str,
        path: Path | None,
        is_staged: bool,
        limit: int,
        first_line: int,
        may_read: MayRead,
    ) -> str | ToolFailure:
        """Return git's words, bounded; see `aircher.tools.git_ports.GitFacts`."""

        def ask(question: "Question") -> str:
            if command == "blame":
                return question.blame(revision, path, first_line)
            return question.answer(command, revision, path, is_staged=is_staged, limit=limit)

        return await self._asked(command, may_read, ask)

    async def untracked(self) -> list[str] | ToolFailure:
        """Return the files below the root that git neither knows nor ignores, relative to it."""
        return await self._asked("ls-files", lambda _: True, lambda question: question.untracked())

    async def _asked(self, name: str, may_read: MayRead, ask: "Callable[[Question], Answer]") -> Answer | ToolFailure:
        """Return what a worker thread finds out within the deadline."""
        from aircher.workspace._git_question import Question, RefusedError
        from aircher.workspace._stopper import ProgramError, Stopper

        stopper = Stopper()
        question = Question(self._root, self._git, stopper, may_read)
        asking = asyncio.ensure_future(asyncio.to_thread(ask, question))
        asking.add_done_callback(_look_at)
        try:
            async with asyncio.timeout(self._deadline_s):
                return await asyncio.shield(asking)
        except TimeoutError:
            return ToolFailure(message=f"git {name} took longer than {self._deadline_s:g} s. Name a smaller path.")
        except (ProgramError, RefusedError) as exc:
            return ToolFailure(message=f"git {name}: {exc}.")
        finally:
            stopper.stop()
            if not asking.done():
                await asyncio.wait((asking,), timeout=1.0)


def _look_at(asking: asyncio.Future[Answer]) -> None:
    """Take note of how the work ended; nobody else does after a timeout."""
    if not asking.cancelled():
        asking.exception()
