"""Contents by their hash."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from aircher.domain.errors import StorageError
from aircher.workspace.checkpoints.objects import ObjectStore


@pytest.mark.parametrize("data", [b"", b"short", b"text of many words " * 500, os.urandom(20_000)])
def test_what_was_put_comes_back(tmp_path: Path, data: bytes) -> None:
    store = ObjectStore(tmp_path / "objects")
    digest = store.put(data)
    assert (digest, store.get(digest), store.has(digest)) == (sha256(data).hexdigest(), data, True)
    assert store.put(data) == digest
    assert store.names() == {digest}


def test_text_is_packed_and_noise_is_not(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    text, noise = b"text of many words " * 500, os.urandom(9_500)
    sizes = [(tmp_path / name[:2] / name[2:]).stat().st_size for name in (store.put(text), store.put(noise))]
    assert sizes[0] < len(text) // 10
    assert sizes[1] == len(noise) + 1


def test_a_damaged_object_is_as_good_as_none(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    for data, damage in ((b"short", b"\0shirt"), (b"text " * 500, b"\1not packed"), (b"gone", b"")):
        digest = store.put(data)
        (tmp_path / digest[:2] / digest[2:]).write_bytes(damage)
        assert store.get(digest) is None
    assert store.get("00" * 32) is None


def test_only_what_is_needed_stays_and_half_written_files_go(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    kept, dropped = store.put(b"kept"), store.put(b"dropped")
    half = tmp_path / kept[:2] / f"{kept[2:]}.123.4"
    half.write_bytes(b"hal")
    assert store.names() == {kept, dropped}
    assert store.keep_only({kept}) == 8192
    assert (store.names(), half.exists()) == ({kept}, False)


def test_a_store_that_cannot_be_written_says_what_mends_it(tmp_path: Path) -> None:
    (tmp_path / "objects").write_text("a file")
    with pytest.raises(StorageError) as caught:
        ObjectStore(tmp_path / "objects").put(b"x")
    assert caught.value.hint == "free some space, or: aircher checkpoints prune"
