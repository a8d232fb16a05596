"""Ask git for facts: state, differences, history, who wrote what."""

from typing import Annotated

import msgspec
from msgspec import Meta

from aircher.domain.effects import Action, Reads
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools._located import Located, locate
from aircher.tools._preview import preview
from aircher.tools.arguments import parameters
from aircher.tools.git_ports import GitCommand, GitFacts
from aircher.tools.ports import Files, MayRead
from aircher.tools.workbench import Workbench


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `git` takes."""

    command: GitCommand
    revision: Annotated[str, Meta(description="Such as HEAD~2, main..HEAD; for show also REV:PATH")] = ""
    path: str = ""
    staged: Annotated[bool, Meta(description="diff: what is staged.")] = False
    limit: Annotated[int, Meta(ge=1, le=200, description="log: commits.")] = 20
    first_line: Annotated[int, Meta(ge=1, description="blame: first of 200 lines.")] = 1


class Git:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = False

    def __init__(self, files: Files, git: GitFacts, may_read: MayRead) -> None:
        self._files = files
        self._git = git
        self._may_read = may_read

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="git",
            description="Read facts from git. It changes nothing; to commit, use shell.",
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Located[Args] | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        args = locate(arguments, Args, self._files)
        if isinstance(args, Located) and args.args.command == "blame" and not args.args.path:
            return ToolFailure(message="git blame needs a path.")
        return args

    def actions(self, args: Located[Args]) -> tuple[Action, ...]:
        """Return the place whose history or changes are shown."""
        return (Action(tool="read", effects=(Reads(path=args.path, is_recursive=True),)),)

    async def run(self, args: Located[Args], call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Return git's words."""
        asked = args.args
        answer = await self._git.answer(
            asked.command,
            revision=asked.revision,
            path=args.path if asked.path else None,
            is_staged=asked.staged,
            limit=asked.limit,
            first_line=asked.first_line,
            may_read=self._may_read,
        )
        if isinstance(answer, ToolFailure):
            return answer
        words = ("git", asked.command, "--staged" * asked.staged, asked.revision, asked.path)
        summary = " ".join(filter(None, words))
        is_diff = asked.command in ("diff", "show")
        return ToolOutcome(
            content=answer or f"{summary}: nothing.",
            summary=summary,
            display=preview(answer, language="diff" if is_diff else ""),
        )


def build(bench: Workbench) -> Git | None:
    """Return the tool, if git can be asked."""
    return None if bench.git is None else Git(bench.files, bench.git, bench.may_read)


TOOL = build
