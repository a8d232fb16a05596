"""How fast an answer streams."""

import pytest

from aircher.engine.pace import WINDOW_S, Pace


def test_a_steady_stream_has_its_own_pace() -> None:
    pace = Pace()
    for at in range(1000):
        pace.feed(8, now_s=at / 100)
    assert pace.per_s(now_s=10) == pytest.approx(200, rel=0.1)


def test_a_stall_is_seen_and_nothing_streams_after_the_end() -> None:
    pace = Pace()
    assert pace.per_s(now_s=0) == 0
    pace.feed(400, now_s=0)
    assert pace.per_s(now_s=2) == pytest.approx(50)
    assert pace.per_s(now_s=WINDOW_S + 0.1) == 0
    pace.feed(400, now_s=9)
    pace.stop()
    assert pace.per_s(now_s=9) == 0


def test_letters_become_tokens_as_the_server_counted_them() -> None:
    pace = Pace()
    assert pace.tokens(400) == 100
    pace.learn(1000, 500)
    assert pace.tokens(400) == 200
    pace.learn(1000, 3)  # too few to tell
    assert pace.tokens(400) == 200
