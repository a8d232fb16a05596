"""Two hands at one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.workspace.checkpoints.merge import diff, line_counts, merged

LINES = b"a\nb\nc\nd\ne\nf\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (LINES, b"a\nB\nc\nd\ne\nf\n", b"a\nB\nc\nd\ne\nf\n"),
        (b"a\nB\nc\nd\ne\nf\n", b"a\nb\nc\nd\nE\nf\n", b"a\nB\nc\nd\nE\nf\n"),
        (b"top\n" + LINES, LINES + b"end\n", b"top\n" + LINES + b"end\n"),
        (b"a\nc\nd\ne\nf\n", b"a\nb\nc\nd\nf\n", b"a\nc\nd\nf\n"),
        (b"a\nB\nc\nd\ne\nf\n", b"a\nB\nc\nd\nE\nf\n", b"a\nB\nc\nd\nE\nf\n"),
        (b"a\r\nB\r\nc\r\n", b"a\r\nB\r\nc\r\n", b"a\r\nB\r\nc\r\n"),
        (b"a\nX\nc\nd\ne\nf\n", b"a\nY\nc\nd\ne\nf\n", None),
        (b"a\nX\nc\nd\ne\nf\n", b"a\nb\nY\nd\ne\nf\n", None),
        (b"", b"a\nB\nc\nd\ne\nf\n", None),
        (b"a\0\n", b"a\nB\nc\nd\ne\nf\n", None),
    ],
)
def test_changes_are_put_together_where_they_do_not_meet(ours: bytes, theirs: bytes, expected: bytes | None) -> None:
    assert merged(LINES, ours, theirs) == expected
    if expected is not None:
        assert merged(LINES, theirs, ours) == expected


@given(st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n"])), st.lists(st.sampled_from([b"a\n", b"b\n"])), st.binary())
def test_a_merge_never_loses_the_only_change(base: list[bytes], other: list[bytes], tail: bytes) -> None:
    common, changed = b"".join(base), b"".join(other) + tail
    assert merged(common, changed, common) == changed
    assert merged(common, common, changed) == changed
    assert merged(common, changed, changed) == changed


def test_lines_are_counted_as_a_diff_shows_them() -> None:
    assert line_counts(b"a\nb\nc\n", b"a\nB\nc\nd\n") == (2, 1)
    assert line_counts(b"", b"a\nb") == (2, 0)
    assert line_counts(b"\0", b"a\n") == (0, 0)
    assert line_counts(b"x\n" * 5_000, b"y\n" * 4_000) == (4_000, 5_000)


def test_a_diff_is_for_people() -> None:
    assert diff(b"a\nb\n", b"a\nc") == "@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ no newline at the end\n"
    assert diff(b"\0", b"a\n") == "binary: 1 bytes become 2\n"
    assert diff(b"", b"") == ""
