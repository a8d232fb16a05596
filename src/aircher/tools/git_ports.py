"""What the git tool needs: questions that change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from aircher.domain.tools import ToolFailure
from aircher.tools.ports import MayRead

GitCommand: TypeAlias = Literal["status", "diff", "log", "show", "blame"]


class GitFacts(Protocol):
    """Answers from a repository without running anything that the repository names."""

    async def answer(
        self,
        command: GitCommand,
        *,
        revision: str,
        path: Path | None,
        is_staged: bool,
        limit: int,
        first_line: int,
        may_read: MayRead,
    ) -> str | ToolFailure:
        """Return git's words, bounded; the content of files that ``may_read`` refuses is left out.

        Args:
            command: What is asked.
            revision: A commit, branch or tag, two of them with ``..`` between, or for ``show`` also ``REV:PATH``;
                empty = what the command takes then.
            path: File or folder of the project to keep to, absolute, resolved; ``None`` = the whole project.
            is_staged: Whether a diff is that of what is staged.
            limit: Commits of a log at most.
            first_line: First line of a blame.
            may_read: Says which files' content may be shown.
        """
        ...
