"""Find files by name."""

from typing import Annotated

import msgspec
from msgspec import Meta

from aircher.domain.effects import Action, Reads
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools._located import Located, locate
from aircher.tools._preview import plural, preview
from aircher.tools.arguments import parameters
from aircher.tools.ports import Files, Listing
from aircher.tools.workbench import Workbench

MOST_FILES = 200  # about 2,000 tokens; whoever gets more has asked too widely


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `glob` takes."""

    pattern: Annotated[str, Meta(min_length=1, description="Such as *.py, src/**/test_*.{ts,tsx}")]
    path: Annotated[str, Meta(min_length=1)] = "."
    include_ignored: bool = False


class GlobFiles:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = False

    def __init__(self, files: Files, listing: Listing) -> None:
        self._files = files
        self._listing = listing

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="glob",
            description="Find files by name, newest first. Files that .gitignore excludes are left out.",
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Located[Args] | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        from aircher.support.globs import BadGlob, Glob

        args = locate(arguments, Args, self._files)
        if isinstance(args, ToolFailure):
            return args
        try:
            Glob(args.args.pattern)
        except BadGlob as exc:
            return ToolFailure(message=f"The pattern cannot be used: {exc}.")
        return args

    def actions(self, args: Located[Args]) -> tuple[Action, ...]:
        """Return the folder whose names become known."""
        return (Action(tool="read", effects=(Reads(path=args.path, is_recursive=True, is_listing=True),)),)

    async def run(self, args: Located[Args], call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Return the paths, newest first."""
        from aircher.support.globs import Glob

        folder, pattern = args.path, args.args.pattern
        listed = await self._listing.below(folder, include_ignored=args.args.include_ignored)
        if isinstance(listed, ToolFailure):
            return listed
        glob = Glob(pattern)
        found = [file for file in listed.files if glob.fits(file.path)]
        found.sort(key=lambda file: (-file.mtime_ns, file.path))
        shown = self._files.shown(folder)
        if not found:
            looked_at = plural(len(listed.files), "file")
            return ToolOutcome(
                content=f"No file below {shown} fits {pattern!r} ({looked_at} looked at).",
                summary=f"found no file for {pattern}",
            )
        paths = [self._files.shown(folder / file.path) for file in found[:MOST_FILES]]
        if len(found) > MOST_FILES:
            paths.append(f"({len(found) - MOST_FILES:,} more: use a narrower pattern or path)")
        if not listed.is_complete:
            paths.append(f"(only the first {len(listed.files):,} files were looked at: name a smaller folder)")
        content = "\n".join(paths)
        return ToolOutcome(
            content=content,
            summary=f"found {plural(len(found), 'file')} for {pattern}",
            display=preview(content),
        )


def build(bench: Workbench) -> GlobFiles | None:
    """Return the tool, if folders can be listed."""
    return None if bench.listing is None else GlobFiles(bench.files, bench.listing)


TOOL = build
