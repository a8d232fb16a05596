"""Whatever calls do to a workspace, undo brings back what was, redo what became of it, and neither touches the rest."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.workspace.checkpoints.workplace import Workplace, picture, workplace

from aircher.domain.errors import UsageError
from aircher.workspace.checkpoints.undoing import Which

NAMES = ("a", "b.txt", "dir", "dir/c", "dir/sub", "dir/sub/d.txt", "caf\udce9", "with\nnewline", "e e")
Operation = tuple[str, str, str, bytes, int]

names = st.sampled_from(NAMES)
operations = st.tuples(
    st.sampled_from(("write", "append", "delete", "rename", "mode", "link", "folder")),
    names,
    names,
    st.binary(max_size=30) | st.sampled_from([b"one\ntwo\nthree\n", b"x" * 3000]),
    st.sampled_from([0o600, 0o644, 0o755, 0o700]),
)
calls = st.lists(st.lists(operations, max_size=5), min_size=1, max_size=6)


def apply_all(root: Path, work: list[Operation]) -> None:
    for operation in work:
        apply(root, operation)


def apply(root: Path, operation: Operation) -> None:
    """Do it, or nothing where it cannot be done."""
    what, name, other, data, mode = operation
    path, target = root / name, root / other
    with suppress(OSError, shutil.Error):
        match what:
            case "write":
                path.write_bytes(data)
            case "append":
                with path.open("ab") as file:
                    file.write(data)
            case "delete":
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
            case "rename":
                path.rename(target)
            case "mode":
                if not path.is_symlink():
                    path.chmod(mode)
            case "link":
                path.symlink_to(other)
            case "folder":
                path.mkdir(mode=mode)


@contextmanager
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def in_scratch(play: Callable[[Workplace], object]) -> None:
    async def run() -> None:
        with scratch() as folder:
            async with workplace(folder) as place:
                result = play(place)
                if asyncio.iscoroutine(result):
                    await result

    asyncio.run(run())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(operations, max_size=8), calls)
def test_undo_restores_every_byte_mode_and_link_and_redo_gives_it_all_back(
    before: list[Operation], work: list[list[Operation]]
) -> None:
    async def play(place: Workplace) -> None:
        apply_all(place.root, before)
        pictures = [picture(place.root)]
        changed = []
        for number, step in enumerate(work):
            await place.run(partial(apply_all, place.root, step), f"c{number}")
            pictures.append(picture(place.root))
            changed.append(pictures[-1] != pictures[-2])
        if not any(changed):
            return
        assert place.undo().conflicts == ()
        assert picture(place.root) == pictures[0]
        assert place.redo().conflicts == ()
        assert picture(place.root) == pictures[-1]
        for at in reversed([at for at, differs in enumerate(changed) if differs]):
            assert place.undo(Which(steps=1)).is_done
            assert picture(place.root) == pictures[at]

    in_scratch(play)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(calls, st.lists(operations, min_size=1, max_size=3))
def test_what_other_hands_change_between_calls_is_never_lost(
    work: list[list[Operation]], others: list[Operation]
) -> None:
    async def play(place: Workplace) -> None:
        for number, step in enumerate(work):
            await place.run(partial(apply_all, place.root, step), f"c{number}")
            outside = place.root / f"outside{number}"
            outside.mkdir()
            apply_all(outside, others)
        theirs = {name: kept for name, kept in picture(place.root).items() if name.startswith("outside")}
        with suppress(UsageError):
            place.undo()
        assert {name: kept for name, kept in picture(place.root).items() if name.startswith("outside")} == theirs

    in_scratch(play)


def test_names_that_are_no_text_are_names(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    assert name in NAMES
