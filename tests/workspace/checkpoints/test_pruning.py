"""What is let go of, and what never is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.workspace.checkpoints.workplace import call, picture, undoing, workplace

from aircher.workspace.checkpoints.local import LocalCheckpoints
from aircher.workspace.checkpoints.objects import ObjectStore
from aircher.workspace.checkpoints.place import Place
from aircher.workspace.checkpoints.pruning import Keep, Pruned, prune, usage
from aircher.workspace.checkpoints.undoing import Which

LATER = datetime.now(UTC) + timedelta(days=40)


async def sessions(tmp_path: Path, *names: str) -> tuple[Path, Place]:
    """Let each session overwrite the same file with its name; return the workspace and its checkpoints' place."""
    root, folder = tmp_path / "project", tmp_path / "store"
    root.mkdir()
    (root / "a.txt").write_text("first\n")
    for name in names:
        checkpoints = LocalCheckpoints(root, folder)
        checkpoint = await checkpoints.before(call(session=name), paths=None)
        (root / "a.txt").write_text(f"{name}\n")
        await checkpoints.after(checkpoint)
        await checkpoints.aclose()
    return root, Place(folder)


async def test_sessions_that_are_too_old_go_but_never_the_last_one(tmp_path: Path) -> None:
    root, place = await sessions(tmp_path, "s1", "s2", "s3")
    assert prune(place, Keep(days=30, versions=50)).sessions == 0
    pruned = prune(place, Keep(days=30, versions=50), now=LATER)
    assert (pruned.sessions, [journal.session_id for journal in place.journals()]) == (2, ["s3"])
    with undoing(root, place.folder) as it:
        assert it.undo("s3", Which()).is_done
    assert (root / "a.txt").read_text() == "s2\n"


async def test_nothing_goes_while_a_session_is_at_work(tmp_path: Path) -> None:
    root, place = await sessions(tmp_path, "s1", "s2")
    async with workplace(tmp_path) as other:
        await other.run(lambda: None)
        assert prune(Place(other.folder), Keep(days=0, versions=0), now=LATER) == Pruned(is_busy=True)
    assert prune(place, Keep(days=0, versions=0), now=LATER).sessions == 1
    assert root.is_dir()


async def test_no_more_versions_of_a_file_are_kept_than_asked_for(tmp_path: Path) -> None:
    root, place = await sessions(tmp_path, "s1", "s2", "s3", "s4")
    prune(place, Keep(days=30, versions=2))
    with undoing(root, place.folder) as it:
        assert it.undo("s4", Which()).is_done
        assert it.undo("s3", Which()).is_done
        assert [tuple(problem) for problem in it.undo("s2", Which()).left_alone] == [
            ("a.txt", "its old content is not kept any more")
        ]


async def test_the_oldest_go_when_it_is_too_much(tmp_path: Path) -> None:
    _, place = await sessions(tmp_path, "s1", "s2", "s3")
    assert prune(place, Keep(days=30, versions=50, max_bytes=1)).sessions == 2
    assert [journal.session_id for journal in place.journals()] == ["s3"]


async def test_what_a_cut_off_call_needs_stays(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        place.write("a.txt", "precious\n")
        await place.begin()
        (place.root / "a.txt").unlink()
    async with workplace(tmp_path) as again:
        await again.run(lambda: None, "c2")
    prune(Place(place.folder), Keep(days=0, versions=0), now=LATER)
    assert place.undo(forced=True).is_done
    assert picture(place.root)["a.txt"][2] == b"precious\n"


async def test_disk_use_is_told(tmp_path: Path) -> None:
    _, place = await sessions(tmp_path, "s1")
    found = usage(place)
    assert (found.sessions, found.objects) == (1, len(ObjectStore(place.objects).names()))
    assert found.size_bytes == sum(
        path.stat().st_blocks * 512
        for folder in (place.objects, place.sessions)
        for path in folder.rglob("*")
        if path.is_file()
    )
    assert usage(Place(tmp_path / "nothing")).size_bytes == 0
    assert prune(Place(tmp_path / "nothing"), Keep(days=0, versions=0)) == Pruned()
