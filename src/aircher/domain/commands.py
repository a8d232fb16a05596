"""What is told of commands that ran in a shell, and of those that still do.

Words that the tools and the workspace share; both stand on the rim. Whoever only names these types imports them for
the type checker, as nothing here is needed before the first command runs.
"""

from pathlib import Path
from typing import Literal, TypeAlias

from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEnd:
    """How a command ended.

    Attributes:
        output: What it printed, both streams in their order, shortened in the middle.
        exit_status: 128 + the signal's number where a signal ended it, as shells count; ``None`` = it was stopped.
        is_timed_out: It was stopped because its time was over.
        duration_s: Wall clock.
        folder: Where it ended.
        left_count: Processes it left behind, which were ended.
        put_back: Protected paths that it changed and that are again as they were, where a sandbox can only do that.
    """

    output: str
    exit_status: int | None
    is_timed_out: bool
    duration_s: float
    folder: Path
    left_count: int
    put_back: tuple[Path, ...] = ()


JobState: TypeAlias = Literal["running", "ended", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """How a job stands.

    Attributes:
        job_id: Its name, such as ``job1``.
        command: The command line.
        state: ``stopped`` = by us, before its own end.
        exit_status: As of `CommandEnd`; ``None`` while it runs or if it was stopped.
        duration_s: How long it has been running, or ran.
        put_back: As of `CommandEnd`.
    """

    job_id: str
    command: str
    state: JobState
    exit_status: int | None
    duration_s: float
    put_back: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOutput:
    """A piece of what a job printed.

    Attributes:
        facts: How the job stands.
        text: The piece; whole lines, except for the last one of a job that has ended.
        next_offset: Where the next piece starts.
        has_more: Whether there is one already.
        unfinished_line: What a running job printed after its last whole line, for instance a question.
        is_full: Whether no more is kept than there is.
    """

    facts: JobFacts
    text: str
    next_offset: int
    has_more: bool
    unfinished_line: str
    is_full: bool
