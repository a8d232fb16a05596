"""Commands in the background: read while they run, stopped as a whole, gone with the session."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from tests.workspace.shells import processes_in

from aircher.domain.commands import JobFacts, JobOutput
from aircher.domain.tools import ToolFailure
from aircher.workspace import process_tree
from aircher.workspace.jobs import MAX_KEPT, MAX_RUNNING, READ_BYTES, Jobs
from aircher.workspace.outputs import MAX_FILE_BYTES


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
async def jobs(root: Path) -> AsyncIterator[Jobs]:
    async with Jobs(processes_in(root)) as running:
        yield running


async def until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_true():  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.005)


async def start(jobs: Jobs, command: str, folder: Path) -> JobFacts:
    facts = await jobs.start(command, folder=folder)
    assert isinstance(facts, JobFacts)
    return facts


def read(jobs: Jobs, job_id: str, offset: int = 0) -> JobOutput:
    output = jobs.read(job_id, offset=offset)
    assert isinstance(output, JobOutput)
    return output


async def test_a_job_is_read_piece_by_piece_and_its_end_is_kept(jobs: Jobs, root: Path) -> None:
    command = "echo one; printf 'go on? '; while [ ! -e go ]; do sleep 0.01; done; echo two; exit 3"
    facts = await start(jobs, command, root)
    assert (facts.job_id, facts.command, facts.state, facts.exit_status) == ("job1", command, "running", None)
    await until(lambda: read(jobs, "job1").unfinished_line == "go on? ")
    first = read(jobs, "job1")
    assert (first.text, first.next_offset, first.has_more, first.is_full) == ("one\n", 4, False, False)
    (root / "go").touch()
    await until(lambda: jobs.listed()[0].state == "ended")
    second = read(jobs, "job1", first.next_offset)
    assert (second.text, second.unfinished_line, second.facts.exit_status) == ("go on? two\n", "", 3)
    assert read(jobs, "job1", second.next_offset).text == ""


async def test_a_mistake_shows_at_once(jobs: Jobs, root: Path) -> None:
    facts = await start(jobs, "no-such-program", root)
    assert (facts.state, facts.exit_status) == ("ended", 127)
    assert "no-such-program: command not found" in read(jobs, "job1").text


async def test_long_output_comes_in_pieces_of_whole_lines(jobs: Jobs, root: Path) -> None:
    await start(jobs, "seq 20000", root)
    await until(lambda: jobs.listed()[0].state == "ended")
    pieces, offset, has_more = [], 0, True
    while has_more:
        piece = read(jobs, "job1", offset)
        pieces.append(piece.text)
        offset, has_more = piece.next_offset, piece.has_more
    assert "".join(pieces) == "".join(f"{number}\n" for number in range(1, 20_001))
    assert all(piece.endswith("\n") and len(piece) <= READ_BYTES for piece in pieces)
    assert read(jobs, "job1", 10**12).text == ""


async def test_of_output_without_end_the_latest_can_be_read(jobs: Jobs, root: Path) -> None:
    await start(jobs, f"yes | head -c {MAX_FILE_BYTES}; seq 30000; echo latest", root)
    await until(lambda: jobs.listed()[0].state == "ended")
    output = read(jobs, "job1", MAX_FILE_BYTES)
    assert output.text.endswith("30000\nlatest\n")
    assert (output.is_full, output.has_more) == (True, False)


async def test_a_job_whose_file_was_removed_still_tells_what_memory_keeps(jobs: Jobs, root: Path) -> None:
    await start(jobs, "echo kept; exec sleep 600", root)
    await until(lambda: read(jobs, "job1").text == "kept\n")
    for path in root.parent.rglob("job1-*.txt"):
        path.unlink()
    assert read(jobs, "job1").text == "kept\n"


async def test_stopping_ends_the_whole_job(jobs: Jobs, root: Path) -> None:
    await start(jobs, "(trap '' TERM; echo $BASHPID > child; while :; do sleep 600; done) & echo up; wait", root)
    await until((root / "child").exists)
    await until(lambda: (root / "child").read_text() != "")
    stopped = await jobs.stop("job1")
    assert isinstance(stopped, JobFacts)
    assert (stopped.state, stopped.exit_status) == ("stopped", None)
    assert not process_tree.are_living([int((root / "child").read_text())])
    assert read(jobs, "job1").text.startswith("up\n")
    assert await jobs.stop("job1") == stopped


async def test_jobs_end_with_the_session(root: Path) -> None:
    async with Jobs(processes_in(root)) as jobs:
        for number in range(3):
            await start(jobs, f"echo $$ > pid{number}; exec sleep 600", root)
        await until(lambda: all((root / f"pid{number}").exists() for number in range(3)))
    assert not process_tree.are_living([int((root / f"pid{number}").read_text()) for number in range(3)])


async def test_jobs_end_when_the_session_is_cancelled(root: Path) -> None:
    async def session() -> None:
        async with Jobs(processes_in(root)) as jobs:
            await start(jobs, "echo $$ > pid; exec sleep 600", root)
            await asyncio.Event().wait()

    task = asyncio.create_task(session())
    await until(lambda: (root / "pid").exists() and (root / "pid").read_text() != "")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not process_tree.are_living([int((root / "pid").read_text())])


async def test_too_many_jobs_are_refused_with_their_names(jobs: Jobs, root: Path) -> None:
    await asyncio.gather(*(start(jobs, "exec sleep 600", root) for _ in range(MAX_RUNNING)))
    assert await jobs.start("true", folder=root) == ToolFailure(
        message="8 jobs run already, more may not: job1, job2, job3, job4, job5, job6, job7, job8. Stop one first."
    )
    await jobs.stop("job3")
    assert (await start(jobs, "exec sleep 600", root)).job_id == "job9"


async def test_the_oldest_of_many_ended_jobs_is_forgotten(jobs: Jobs, root: Path) -> None:
    for _ in range(MAX_KEPT + 1):
        await start(jobs, "true", root)
    names = [facts.job_id for facts in jobs.listed()]
    assert (len(names), names[0]) == (MAX_KEPT, "job2")


async def test_an_unknown_job_is_answered_with_those_there_are(jobs: Jobs, root: Path) -> None:
    assert jobs.read("job1", offset=0) == ToolFailure(message="There is no job 'job1'. Jobs: none.")
    await start(jobs, "true", root)
    assert await jobs.stop("1") == ToolFailure(message="There is no job '1'. Jobs: job1.")


async def test_a_job_that_cannot_be_started_leaves_nothing(jobs: Jobs, root: Path) -> None:
    assert await jobs.start("true", folder=root / "gone") == ToolFailure(
        message="The command could not be started: No such file or directory."
    )
    assert jobs.listed() == ()


async def test_an_error_of_the_session_passes_as_it_is_and_its_jobs_end_all_the_same(root: Path) -> None:
    reader_is_gone = BrokenPipeError("the reader is gone")
    jobs = Jobs(processes_in(root))

    async def session() -> None:
        async with jobs:
            await start(jobs, "sleep 100", root)
            raise reader_is_gone

    with pytest.raises(BrokenPipeError) as raised:
        await session()
    assert raised.value is reader_is_gone
    assert [facts.state for facts in jobs.listed()] == ["stopped"]
