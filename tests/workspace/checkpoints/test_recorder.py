"""What a call changed is found out, whatever it did and however it ended."""

import asyncio
import os
import shutil
import signal
from pathlib import Path

import pytest
from tests.workspace.checkpoints.workplace import SESSION, call, exit_status, picture, workplace

from aircher.domain.changes import FileChange
from aircher.domain.ids import CallId
from aircher.workspace.checkpoints.local import LocalCheckpoints
from aircher.workspace.checkpoints.place import Place
from aircher.workspace.checkpoints.reading import MAX_FILE_BYTES


def told(changes: tuple[FileChange, ...]) -> list[tuple[str, str, int, int]]:
    return [(change.path, change.change, change.added, change.removed) for change in changes]


async def test_a_command_s_changes_are_told_with_their_lines(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        for name in ("kept.txt", "changed.txt", "gone.txt", "old-name.txt"):
            place.write(name, "one\ntwo\nthree\n")

        def work() -> None:
            place.write("changed.txt", "one\n2\nthree\nfour\n")
            place.write("src/new.txt", "new\n")
            (place.root / "gone.txt").unlink()
            (place.root / "old-name.txt").rename(place.root / "new-name.txt")
            (place.root / "link").symlink_to("changed.txt")
            (place.root / "empty").mkdir()

        assert told(await place.run(work)) == [
            ("changed.txt", "modified", 2, 1),
            ("gone.txt", "deleted", 0, 3),
            ("link", "created", 1, 0),
            ("new-name.txt", "created", 3, 0),
            ("old-name.txt", "deleted", 0, 3),
            ("src/new.txt", "created", 1, 0),
        ]


async def test_a_tool_that_names_its_file_is_covered_whatever_ignore_rules_say(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write(".gitignore", "*.log\n")
        log = place.write("build.log", "old\n")
        elsewhere = tmp_path / "elsewhere.txt"
        before = picture(tmp_path / "project")

        def work() -> None:
            log.write_text("new\n")
            elsewhere.write_text("made\n")
            place.write("deep/er/file.txt", "made\n")

        changes = await place.run(work, paths=[log, elsewhere, place.root / "deep/er/file.txt"])
        assert told(changes) == [
            (str(elsewhere.resolve()), "created", 1, 0),
            ("build.log", "modified", 1, 1),
            ("deep/er/file.txt", "created", 1, 0),
        ]
        assert place.undo().is_done
        assert picture(place.root) == before
        assert not elsewhere.exists()


async def test_what_a_command_names_to_delete_can_be_had_again_although_it_is_ignored(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write(".gitignore", "build/\n.env\n")
        place.write("build/out/a.o", b"\0\1\2")
        place.write(".env", "NAME=value\n")
        place.write("src/a.c", "int a;\n")
        before = picture(place.root)

        def work() -> None:
            shutil.rmtree(place.root / "build")
            (place.root / ".env").unlink()
            shutil.rmtree(place.root / "src")

        await place.run(work, also=[place.root / "build", place.root / ".env", place.root / "src"])
        assert place.undo().is_done
        assert picture(place.root) == before


async def test_what_a_pattern_stands_for_is_kept_and_a_root_may_be_a_link(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write(".gitignore", "*.log\n")
        logs = [place.write(f"logs/{name}.log", f"{name}\n") for name in ("a", "b", ".c")]
        before = picture(place.root)
        (tmp_path / "link").symlink_to(place.root)
        linked = LocalCheckpoints(tmp_path / "link", place.folder)
        checkpoint = await linked.before(call(), paths=None, also=[tmp_path / "link/logs/*.log"])
        for log in logs:
            log.unlink()
        assert [change.path for change in await linked.after(checkpoint)] == ["logs/.c.log", "logs/a.log", "logs/b.log"]
        await linked.aclose()
        assert place.undo().is_done
        assert picture(place.root) == before


async def test_a_command_that_names_the_whole_project_gets_what_is_ignored_kept_as_well(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write(".gitignore", "build/\n.env\n")
        place.write(".env", "NAME=value\n")
        place.write("build/deep/a.o", b"\0\1\2")
        place.write("src/a.c", "int a;\n")
        before = picture(place.root)

        def work() -> None:
            for path in place.root.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()

        await place.run(work, also=[place.root])
        assert place.undo().is_done
        assert picture(place.root) == before


async def test_where_there_is_no_project_only_what_a_call_names_is_covered(tmp_path: Path) -> None:
    checkpoints = LocalCheckpoints(Path("/"), tmp_path / "store")
    path = tmp_path / "a.txt"
    path.write_text("old\n")
    checkpoint = await checkpoints.before(call(), paths=None, also=[path])
    assert checkpoint.uncovered == ("/ is no project; only what the call names is covered",)
    path.write_text("new\n")
    assert told(await checkpoints.after(checkpoint)) == [(str(path).lstrip("/"), "modified", 1, 1)]
    await checkpoints.aclose()


async def test_ignored_folders_and_tagged_caches_are_not_covered(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write(".gitignore", "out/\n!keep.log\n*.log\n")
        place.write("sub/.gitignore", "!*.log\n")

        def work() -> None:
            for name in ("out/a", "node_modules/b", "a.log", "sub/b.log", ".git/config", "target/c"):
                place.write(name, "x\n")
            place.write("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n")
            place.write("cache/d", "x\n")

        assert [change.path for change in await place.run(work)] == ["sub/b.log", "target/c"]


async def test_rules_that_a_call_changes_hide_and_invent_nothing(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write(".gitignore", "hidden/\n")
        place.write("hidden/a", "a\n")
        place.write("dist/b", "b\n")
        changes = await place.run(lambda: place.write(".gitignore", "dist/\n"))
        assert [change.path for change in changes] == [".gitignore"]
        changes = await place.run(lambda: place.write("hidden/a", "other\n"), "c2")
        assert told(changes) == [("hidden/a", "modified", 1, 1)]


async def test_a_change_of_the_same_size_and_time_is_seen(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        path = place.write("a.txt", "aaa\n")
        for number in range(5):
            text = f"{number:03}\n"

            def work(text: str = text) -> None:
                status = path.stat()
                path.write_text(text)
                os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

            assert told(await place.run(work, f"c{number}")) == [("a.txt", "modified", 1, 1)]


async def test_a_file_over_the_cap_is_named_and_left_alone(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write("huge.bin", b"")
        os.truncate(place.root / "huge.bin", MAX_FILE_BYTES + 1)

        def work() -> None:
            os.truncate(place.root / "huge.bin", MAX_FILE_BYTES + 2)
            place.write("small.txt", "new\n")

        changes = await place.run(work)
        assert next((change.path, change.before, change.after) for change in changes) == ("huge.bin", "", "")
        outcome = place.undo()
        assert [tuple(problem) for problem in outcome.left_alone] == [
            ("huge.bin", "it was too large or unreadable, so its old content was not kept")
        ]
        assert not (place.root / "small.txt").exists()
        assert (place.root / "huge.bin").stat().st_size == MAX_FILE_BYTES + 2
        checkpoint = await place.begin("c2", paths=[place.root / "huge.bin"])
        assert checkpoint.uncovered == (f"huge.bin: too large or unreadable ({MAX_FILE_BYTES + 2:,} bytes)",)


async def test_pipes_and_links_to_elsewhere_are_neither_opened_nor_followed(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere/secret").write_text("theirs")
        os.mkfifo(place.root / "pipe")
        os.mkfifo(place.root / ".gitignore")
        (place.root / "way-out").symlink_to(tmp_path / "elsewhere")
        (place.root / "loop").symlink_to("loop")
        changes = await place.run(lambda: (tmp_path / "elsewhere/secret").write_text("changed"))
        assert changes == ()


async def test_changes_between_calls_are_noted_as_those_of_others(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        await place.run(lambda: place.write("mine.txt", "1\n"))
        place.write("theirs.txt", "2\n")
        assert told(await place.run(lambda: place.write("mine.txt", "3\n"), "c2")) == [("mine.txt", "modified", 1, 1)]
        steps = Place(place.folder).journal(SESSION).read().steps
        assert [step.outside for step in steps] == [(), ("theirs.txt",)]


async def test_a_second_start_looks_at_no_file_again(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        for number in range(300):
            place.write(f"folder{number % 7}/file{number}.txt", f"{number}\n")
        await asyncio.sleep(0.05)  # what is younger than the clock's grain is read again
        await place.checkpoints.prepare()
    copied: list[tuple[int, int]] = []
    again = LocalCheckpoints(place.root, place.folder, on_progress=lambda done, total: copied.append((done, total)))
    await again.prepare()
    await again.aclose()
    assert copied == []


async def test_an_object_that_was_lost_is_kept_again(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write("a.txt", "precious\n")
        await place.checkpoints.prepare()
    shutil.rmtree(place.folder / "objects")
    async with workplace(tmp_path) as place:
        await place.run(lambda: (place.root / "a.txt").unlink())
        assert place.undo().is_done
        assert (place.root / "a.txt").read_text() == "precious\n"


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"version": 1, "files": {"a": 3}}', b"\xff\0"])
async def test_a_damaged_list_costs_time_and_nothing_else(tmp_path: Path, damage: bytes) -> None:
    async with workplace(tmp_path) as place:
        place.write("a.txt", "precious\n")
        await place.checkpoints.prepare()
    (place.folder / "manifest.json").write_bytes(damage)
    async with workplace(tmp_path) as place:
        changes = await place.run(lambda: (place.root / "a.txt").unlink())
        assert [(change.path, change.change) for change in changes] == [("a.txt", "deleted")]


async def test_a_cancelled_wait_leaves_no_call_running(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        for number in range(2_000):
            place.write(f"folder{number % 7}/file{number}.txt", f"{number}\n")
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()

        def tell(done: int, total: int) -> None:
            loop.call_soon_threadsafe(begun.set)

        slow = LocalCheckpoints(place.root, place.folder, on_progress=tell)
        waiting = asyncio.create_task(slow.before(call(), paths=None))
        await begun.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await slow.aclose()
        assert told(await place.run(lambda: place.write("new.txt", "x\n"), "c2")) == [("new.txt", "created", 1, 0)]
        assert place.undo().is_done


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.workspace.checkpoints.workplace import call, workplace

async def main():
    async with workplace(Path(sys.argv[1])) as place:
        paths = None if sys.argv[2] == "whole" else [place.root / name for name in ("a.txt", "b.txt", "c.txt")]
        await place.run(lambda: place.write("earlier.txt", "earlier"), "c0", turn="t0")
        await place.begin("c1", paths=paths)
        place.write("a.txt", "half")
        (place.root / "b.txt").unlink()
        place.write("c.txt", "made")
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.mark.parametrize("scope", ["whole", "named"])
async def test_after_kill_9_the_next_start_tells_what_the_call_had_changed(tmp_path: Path, scope: str) -> None:
    async with workplace(tmp_path) as place:
        place.write("a.txt", "whole\n")
        place.write("b.txt", "whole\n")
        before = picture(place.root)
        assert await asyncio.to_thread(exit_status, KILLED, str(tmp_path), scope) == -signal.SIGKILL
        assert await place.checkpoints.interrupted(SESSION, CallId("nobody's")) is None
        changes = await place.checkpoints.interrupted(SESSION, CallId("c1"))
        assert changes is not None
        assert [(change.path, change.change) for change in changes] == [
            ("a.txt", "modified"),
            ("b.txt", "deleted"),
            ("c.txt", "created"),
        ]
        assert await place.checkpoints.interrupted(SESSION, CallId("c1")) == changes
        refused = place.undo()
        assert [problem.path for problem in refused.conflicts] == ["a.txt", "b.txt", "c.txt"]
        assert (place.root / "a.txt").read_text() == "half"
        assert place.undo(forced=True).is_done
        assert picture(place.root) == {**before, "earlier.txt": picture(place.root)["earlier.txt"]}


async def test_a_call_that_runs_is_not_taken_for_an_interrupted_one(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        checkpoint = await place.begin("c1")
        assert await place.checkpoints.interrupted(SESSION, CallId("c1")) is None
        assert await place.checkpoints.after(checkpoint) == ()
        assert await place.checkpoints.interrupted(SESSION, CallId("c1")) == ()


async def test_two_sessions_at_once_keep_apart_what_they_did(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        other = LocalCheckpoints(place.root, place.folder)
        await place.run(lambda: place.write("one.txt", "1\n"))
        checkpoint = await other.before(call("x1", session="s2"), paths=None)
        place.write("two.txt", "2\n")
        assert told(await other.after(checkpoint)) == [("two.txt", "created", 1, 0)]
        assert told(await place.run(lambda: place.write("one.txt", "3\n"), "c2")) == [("one.txt", "modified", 1, 1)]
        await other.aclose()
        assert place.undo().is_done
        assert sorted(picture(place.root)) == ["two.txt"]


async def test_the_store_is_for_the_user_alone(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write("a.txt", "x" * 1000)
        await place.run(lambda: place.write("b.txt", "y"))
    assert place.folder.stat().st_mode & 0o077 == 0
    assert {mode for kind, mode, _ in picture(place.folder).values() if kind == "file"} == {0o600}
