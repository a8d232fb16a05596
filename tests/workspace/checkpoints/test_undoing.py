"""Undo and redo: how much, in the face of what others did, and all or nothing."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.workspace.checkpoints.workplace import SESSION, Workplace, exit_status, picture, undoing, workplace

from aircher.domain.errors import StorageError, UsageError
from aircher.workspace.checkpoints.states import State
from aircher.workspace.checkpoints.transaction import InterferenceError
from aircher.workspace.checkpoints.tree import Tree
from aircher.workspace.checkpoints.undoing import Outcome, Which

POEM = "".join(f"line {number}\n" for number in range(1, 13))


def problems(outcome: Outcome) -> list[tuple[str, str]]:
    return [(problem.path, problem.reason) for problem in (*outcome.conflicts, *outcome.left_alone)]


async def three_turns(place: Workplace) -> list[dict[str, tuple[str, int, bytes]]]:
    """Make four calls in three turns; return what was there before each of the turns and in the end."""
    place.write("a.txt", "0\n")
    pictures = [picture(place.root)]
    await place.run(lambda: place.write("a.txt", "1\n"), "c1", turn="t1")
    pictures.append(picture(place.root))
    await place.run(lambda: place.write("a.txt", "2\n"), "c2", turn="t2")
    await place.run(lambda: place.write("b.txt", "2\n"), "c3", turn="t2")
    pictures.append(picture(place.root))
    await place.run(lambda: None, "c4", turn="t3")
    await place.run(lambda: place.write("c/d.txt", "3\n"), "c5", turn="t3")
    pictures.append(picture(place.root))
    return pictures


async def test_undo_goes_back_turn_by_turn_and_redo_forward_again(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        pictures = await three_turns(place)
        assert [place.undo().numbers for _ in range(3)] == [(5,), (2, 3), (1,)]
        assert picture(place.root) == pictures[0]
        with pytest.raises(UsageError, match="has changed nothing that was not undone already"):
            place.undo()
        assert [place.redo().numbers for _ in range(3)] == [(1,), (2, 3), (5,)]
        assert picture(place.root) == pictures[3]
        with pytest.raises(UsageError, match="has no undo to take back"):
            place.redo()


@pytest.mark.parametrize(
    ("which", "numbers"),
    [
        (Which(steps=1), (5,)),
        (Which(steps=2), (3, 5)),
        (Which(steps=99), (1, 2, 3, 5)),
        (Which(to=2), (2, 3, 5)),
        (Which(to=4), (5,)),
    ],
)
async def test_undo_takes_back_as_much_as_is_asked_for(tmp_path: Path, which: Which, numbers: tuple[int, ...]) -> None:
    async with workplace(tmp_path) as place:
        await three_turns(place)
        assert place.undo(which).numbers == numbers


async def test_a_checkpoint_that_is_not_there_is_named(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        await three_turns(place)
        with pytest.raises(UsageError, match="session s1 has no checkpoint 77"):
            place.undo(Which(to=77))


async def test_a_preview_changes_nothing_and_shows_the_difference(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write("a.txt", "one\ntwo\n")
        await place.run(lambda: place.write("a.txt", "one\n2\n"))
        before = picture(place.root)
        outcome = place.undo(shown_only=True)
        assert (outcome.is_done, outcome.diffs) == (False, ("@@ -1,2 +1,2 @@\n one\n-2\n+two\n",))
        assert picture(place.root) == before
        assert place.undo().is_done


async def test_a_new_call_ends_what_could_be_redone(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        await place.run(lambda: place.write("a.txt", "1\n"))
        place.undo()
        await place.run(lambda: None, "c2")
        assert place.redo().is_done
        place.undo()
        await place.run(lambda: place.write("b.txt", "1\n"), "c3")
        with pytest.raises(UsageError, match="or has gone on since"):
            place.redo()


async def test_what_others_changed_elsewhere_in_a_file_is_kept(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write("poem.txt", POEM)
        await place.run(lambda: place.write("poem.txt", POEM.replace("line 2\n", "LINE 2\n")))
        place.write("poem.txt", POEM.replace("line 2\n", "LINE 2\n").replace("line 11\n", "theirs\n"))
        (place.root / "poem.txt").chmod(0o755)
        outcome = place.undo()
        assert (outcome.is_done, outcome.merged) == (True, ("poem.txt",))
        assert (place.root / "poem.txt").read_text() == POEM.replace("line 11\n", "theirs\n")
        assert (place.root / "poem.txt").stat().st_mode & 0o777 == 0o755
        place.redo()
        assert "LINE 2\n" in (place.root / "poem.txt").read_text()


async def test_what_others_changed_between_two_calls_outlives_an_undo_of_both(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write("poem.txt", POEM)
        await place.run(lambda: place.write("poem.txt", POEM.replace("line 2\n", "LINE 2\n")), "c1")
        theirs = POEM.replace("line 2\n", "LINE 2\n").replace("line 7\n", "theirs\n")
        place.write("poem.txt", theirs)
        await place.run(lambda: place.write("poem.txt", theirs.replace("line 12\n", "LINE 12\n")), "c2")
        assert place.undo().is_done
        assert (place.root / "poem.txt").read_text() == POEM.replace("line 7\n", "theirs\n")


def same_line(place: Workplace) -> None:
    place.write("a.txt", "theirs\n")


def gone(place: Workplace) -> None:
    (place.root / "a.txt").unlink()


def other_kind(place: Workplace) -> None:
    (place.root / "a.txt").unlink()
    (place.root / "a.txt").symlink_to("b.txt")


def made_again(place: Workplace) -> None:
    place.write("deleted.txt", "theirs\n")


def folder_in_place(place: Workplace) -> None:
    place.write("deleted.txt/theirs", "theirs\n")


def folder_became_link(place: Workplace) -> None:
    (place.root.parent / "elsewhere").mkdir()
    shutil.rmtree(place.root / "sub")
    (place.root / "sub").symlink_to(place.root.parent / "elsewhere")


@pytest.mark.parametrize(
    ("others", "found"),
    [
        (same_line, [("a.txt", "other hands changed the same lines since")]),
        (gone, [("a.txt", "it was removed by other hands since")]),
        (other_kind, [("a.txt", "something else stands there now")]),
        (made_again, [("deleted.txt", "it was made by other hands since")]),
        (folder_in_place, [("deleted.txt", "it was made by other hands since")]),
        (folder_became_link, [("sub/gone.txt", "a file or a link stands where its folder was")]),
    ],
)
async def test_a_conflict_keeps_all_of_it_from_being_done(
    tmp_path: Path, others: Callable[[Workplace], None], found: list[tuple[str, str]]
) -> None:
    async with workplace(tmp_path) as place:
        place.write("a.txt", "mine\n")
        place.write("deleted.txt", "mine\n")
        place.write("sub/gone.txt", "mine\n")

        def work() -> None:
            place.write("a.txt", "changed\n")
            place.write("new.txt", "new\n")
            (place.root / "deleted.txt").unlink()
            (place.root / "sub/gone.txt").unlink()

        await place.run(work)
        others(place)
        before = picture(tmp_path)
        outcome = place.undo()
        assert (outcome.is_done, problems(outcome)) == (False, found)
        after = picture(tmp_path)
        own = ("data", "project")
        assert {name: kept for name, kept in after.items() if name.startswith(own[1:]) or "data" not in name} == {
            name: kept for name, kept in before.items() if name.startswith(own[1:]) or "data" not in name
        }


async def test_force_puts_the_recorded_content_in_place_and_redo_brings_theirs_back(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write("a.txt", "mine\n")
        await place.run(lambda: place.write("a.txt", "changed\n"))
        place.write("a.txt", "theirs\n")
        assert place.undo(forced=True).is_done
        assert (place.root / "a.txt").read_text() == "mine\n"
        assert place.redo().is_done
        assert (place.root / "a.txt").read_text() == "theirs\n"


async def test_no_force_deletes_a_folder_with_foreign_files_or_follows_a_link(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write("sub/gone.txt", "mine\n")
        place.write("file", "mine\n")

        def work() -> None:
            (place.root / "sub/gone.txt").unlink()
            (place.root / "file").unlink()

        await place.run(work)
        folder_became_link(place)
        place.write("file/theirs", "theirs\n")
        assert problems(place.undo(forced=True)) == [
            ("file", "a folder stands there that holds what the session did not make"),
            ("sub/gone.txt", "a file or a link stands where its folder was"),
        ]
        assert list((tmp_path / "elsewhere").iterdir()) == []
        assert (place.root / "file/theirs").read_text() == "theirs\n"


async def test_a_folder_that_the_session_made_stays_while_it_holds_what_others_put_there(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        await place.run(lambda: place.write("pkg/sub/mine.py", "1\n"))
        place.write("pkg/sub/__pycache__/mine.pyc", b"\0")
        outcome = place.undo()
        assert problems(outcome) == [
            ("pkg", "it holds what the session did not make"),
            ("pkg/sub", "it holds what the session did not make"),
        ]
        assert sorted(picture(place.root)) == [
            "pkg", "pkg/sub", "pkg/sub/__pycache__", "pkg/sub/__pycache__/mine.pyc",
        ]  # fmt: skip


async def test_content_that_is_not_kept_any_more_is_named(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write("a.txt", "mine\n")
        place.write("b.txt", "mine too\n")

        def work() -> None:
            place.write("a.txt", "changed\n")
            place.write("b.txt", "changed too\n")

        changes = await place.run(work)
        lost = changes[0].before
        (place.folder / "objects" / lost[:2] / lost[2:]).unlink()
        outcome = place.undo()
        assert (outcome.is_done, problems(outcome)) == (True, [("a.txt", "its old content is not kept any more")])
        assert (place.root / "b.txt").read_text() == "mine too\n"


async def test_a_damaged_object_undoes_nothing(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write("a.txt", "mine\n")
        place.write("b.txt", "mine too\n")

        def work() -> None:
            place.write("a.txt", "changed\n")
            place.write("b.txt", "changed too\n")

        changes = await place.run(work)
        damaged = changes[1].before
        (place.folder / "objects" / damaged[:2] / damaged[2:]).write_bytes(b"\0other")
        before = picture(place.root)
        with pytest.raises(StorageError, match=r"the stored content of b\.txt is damaged; nothing was undone"):
            place.undo()
        assert picture(place.root) == before


async def test_nothing_is_undone_while_a_call_runs(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        await place.run(lambda: place.write("a.txt", "1\n"))
        checkpoint = await place.begin("c2")
        with pytest.raises(UsageError, match="a tool call is changing this workspace right now"):
            place.undo()
        await place.checkpoints.after(checkpoint)
        assert place.undo().is_done


class Meddled(Tree):
    """Somebody else writes to a file while another one is being restored."""

    def write(self, path: str, state: State, data: bytes, *, temporary: str, is_durable: bool = True) -> None:
        super().write(path, state, data, temporary=temporary)
        (self.root / "z.txt").write_text("theirs, just now\n")


class FullDisk(Tree):
    """The second file does not fit."""

    written = 0

    def write(self, path: str, state: State, data: bytes, *, temporary: str, is_durable: bool = True) -> None:
        self.written += 1
        if self.written == 2:
            raise OSError(28, "No space left on device", path)
        super().write(path, state, data, temporary=temporary)


async def wide_change(place: Workplace) -> None:
    """Change files, folders, links and modes at once."""
    place.write("a.txt", "mine\n")
    place.write("m/b.txt", "mine\n")
    place.write("z.txt", "mine\n")
    (place.root / "locked").mkdir()
    place.write("locked/c.txt", "mine\n")

    def work() -> None:
        place.write("a.txt", "changed\n")
        shutil.rmtree(place.root / "m")
        place.write("m", "a file now\n")
        place.write("z.txt", "changed\n")
        place.write("made/new.txt", "new\n")
        (place.root / "locked/c.txt").unlink()
        (place.root / "locked").chmod(0o555)

    await place.run(work)


async def test_a_write_of_others_in_the_last_moment_is_not_lost(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        await wide_change(place)
        before = picture(place.root)
        with undoing(place.root, place.folder, tree=Meddled(place.root)) as it, pytest.raises(InterferenceError):
            it.undo(SESSION, Which())
        assert picture(place.root) == {**before, "z.txt": ("file", before["z.txt"][1], b"theirs, just now\n")}


async def test_what_cannot_be_written_undoes_nothing(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        await wide_change(place)
        before = picture(place.root)
        with (
            undoing(place.root, place.folder, tree=FullDisk(place.root)) as it,
            pytest.raises(StorageError, match="No space left on device; nothing was undone"),
        ):
            it.undo(SESSION, Which())
        assert picture(place.root) == before
        assert place.undo().is_done


DYING = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.workspace.checkpoints.test_undoing import wide_change
from tests.workspace.checkpoints.workplace import SESSION, undoing, workplace
from aircher.workspace.checkpoints.tree import Tree
from aircher.workspace.checkpoints.undoing import Which

class Dying(Tree):
    left = int(sys.argv[2])
    def _parent(self, path, *, is_made=False):
        Dying.left -= 1
        if Dying.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._parent(path, is_made=is_made)

async def main():
    async with workplace(Path(sys.argv[1])) as place:
        await wide_change(place)
    with undoing(place.root, place.folder, tree=Dying(place.root)) as it:
        it.undo(SESSION, Which())

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", range(9, 53, 4))
async def test_kill_9_in_the_middle_of_an_undo_leaves_all_or_nothing_in_the_end(tmp_path: Path, step: int) -> None:
    before = {"a.txt", "locked", "locked/c.txt", "m", "m/b.txt", "z.txt"}
    after = {"a.txt", "locked", "m", "made", "made/new.txt", "z.txt"}
    assert exit_status(DYING, str(tmp_path), str(step)) in (-signal.SIGKILL, 0)
    async with workplace(tmp_path) as place:
        await place.checkpoints.prepare()
        found = picture(place.root)
        assert set(found) in (before, after)
        assert {found["a.txt"][2], found["z.txt"][2]} in ({b"mine\n"}, {b"changed\n"})
        if set(found) == before:
            assert found["locked"][1] == 0o755
            assert place.redo().is_done
            assert set(picture(place.root)) == after
            assert picture(place.root)["locked"][1] == 0o555
        else:
            assert place.undo().is_done
            assert set(picture(place.root)) == before


def test_the_paths_of_a_journal_cannot_leave_the_root(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    for path in ("../x", "a/../../x", "a//b", ".", "/", ""):
        with pytest.raises(ValueError, match="names nothing below the root"):
            tree.write(path, State("f", 0o644), b"", temporary=".t")
    assert os.listdir(tmp_path) == []  # noqa: PTH208
