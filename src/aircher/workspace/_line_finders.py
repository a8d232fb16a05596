"""Two programs that find lines in files: ripgrep, and our own worker. Both answer alike, and both can be stopped.

Invariant: a program gets the names of the files it may open, never a folder, and no settings of the user or of the
project; so what it reads was chosen here.
"""

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from aircher.domain.records import dataclass
from aircher.support.child_environment import child_environment
from aircher.workspace._patterns import Pattern
from aircher.workspace._stopper import ProgramError, Stopper, printed_by

MAX_FILE_BYTES = 32 * 1024 * 1024  # a larger one is data, and a search that spans lines holds it whole

_BATCH_BYTES = 100_000  # of file names on one command line; the least that systems take is 128 KiB
_MAX_OUTPUT_BYTES = 64 * 1024 * 1024  # of one command: a million lines
_ROW = re.compile(rb"([^\0]+)\0(\d+):[^\n]*\n")
_RG_OPTIONS = (
    "--no-config", "--no-messages", "--color=never", "--no-heading", "--with-filename", "--line-number", "--null",
    "--text",  # binary files are told by the same rule for both programs, afterwards
    "--max-columns=1", "--no-max-columns-preview",  # only the numbers are wanted, and a line may be a megabyte
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is looked for: ``files`` are relative to ``folder`` and sorted, ``most_lines`` is meant for each of them."""

    folder: Path
    files: Sequence[str]
    pattern: Pattern
    is_multiline: bool
    most_lines: int


class LineFinder(Protocol):
    """Finds the numbers of the lines that match, file by file in the order of the job."""

    def find(self, job: Job, stopper: Stopper) -> Iterator[tuple[str, Sequence[int] | None]]:
        """Yield each file that matches with its lines; ``None`` = it took too long to tell.

        Raises:
            ProgramError: The program failed or was stopped.
        """
        ...


class Ripgrep:
    """The program ``rg`` at this path."""

    def __init__(self, program: str) -> None:
        self._program = program

    def find(self, job: Job, stopper: Stopper) -> Iterator[tuple[str, Sequence[int] | None]]:
        """See `LineFinder`."""
        options = [*_RG_OPTIONS, *(["--multiline"] if job.is_multiline else [f"--max-count={job.most_lines}"])]
        for batch in _batches(job.files):
            names = [f"./{name}" for name in batch]
            command = [self._program, *options, f"--regexp={job.pattern.rg}", "--", *names]
            found = self._run(stopper, command, job.folder)
            for name, shown in zip(batch, names, strict=True):
                if lines := found.get(os.fsencode(shown)):
                    yield name, list(lines)[: job.most_lines]

    def _run(self, stopper: Stopper, command: Sequence[str], folder: Path) -> dict[bytes, dict[int, None]]:
        printed = printed_by(stopper.start(command, folder, _environment()), max_bytes=_MAX_OUTPUT_BYTES)
        stopper.check()
        if printed.is_cut:
            raise ProgramError("too many lines match: name a smaller folder, or fewer files")
        if printed.words and not printed.output:  # files that cannot be opened are passed over in silence
            raise ProgramError(printed.words)
        found: dict[bytes, dict[int, None]] = {}
        for row in _ROW.finditer(printed.output):
            found.setdefault(row[1], {})[int(row[2])] = None
        return found


def _batches(files: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size_bytes = 0
    for name in files:
        batch.append(name)
        size_bytes += len(os.fsencode(name)) + 11  # its "./", its NUL and the pointer to it
        if size_bytes > _BATCH_BYTES:
            yield batch
            batch, size_bytes = [], 0
    if batch:
        yield batch


class BuiltIn:
    """Our own worker, for machines without ripgrep."""

    def find(self, job: Job, stopper: Stopper) -> Iterator[tuple[str, Sequence[int] | None]]:
        """See `LineFinder`."""
        if not job.pattern.python:
            raise ProgramError(r"\p{…} needs ripgrep (the program rg), which is not installed: use \w or [ ] instead")
        request = {
            "pattern": job.pattern.python,
            "folder": os.fspath(job.folder),
            "files": list(job.files),
            "max_bytes": MAX_FILE_BYTES,
            "most_lines": job.most_lines,
            "is_multiline": job.is_multiline,
        }
        worker = Path(__file__).with_name("_grep_worker.py")
        command = [sys.executable, "-I", str(worker)]
        with stopper.start(command, job.folder, _environment(), has_input=True) as running:
            if running.stdin is None or running.stdout is None:
                raise ProgramError("the worker has no pipes")
            try:
                with running.stdin as request_pipe:
                    request_pipe.write(json.dumps(request).encode())
                for row in running.stdout:
                    index, lines = json.loads(row)
                    yield job.files[index], lines
            except (OSError, ValueError) as exc:
                stopper.check()
                raise ProgramError(f"the worker ended early: {exc}") from exc
            finally:
                running.kill()
        stopper.check()


def _environment() -> dict[str, str]:
    return child_environment(os.environ, without=("RIPGREP_CONFIG_PATH",))
