"""Rows become cells of a terminal whose encoding knows fewer signs."""

import pytest

from aircher.tui.terminal.encoding import Depth, Encoder
from aircher.tui.terminal.ink import Inkwell
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import PLAIN

TEXT = "1.0\N{NO-BREAK SPACE}s\N{IDEOGRAPHIC SPACE}\N{THIN SPACE}日e\N{COMBINING ACUTE ACCENT}"


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", TEXT), ("ascii", "1.0 s   ???"), ("latin-1", "1.0\N{NO-BREAK SPACE}s   ???")],
)
def test_where_the_encoding_has_no_sign_a_blank_stays_one_and_others_become_question_marks(
    encoding: str, shown: str
) -> None:
    ink = Inkwell(Encoder(Depth.TRUE), encoding).ink(Row.of((TEXT, PLAIN)), 80)
    assert "".join(sign for sign, _ in ink) == shown
