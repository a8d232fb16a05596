"""Progress is told to people who wait, and to nobody else."""

from aircher.app.seldom_told import EVERY_S, SeldomTold


def test_a_long_copy_is_told_every_few_seconds_and_a_short_one_not_at_all() -> None:
    told: list[str] = []
    now_s = [100.0]
    tell = SeldomTold(told.append, lambda: now_s[0])
    tell(0, 10_000)
    for done in range(200, 10_001, 200):
        now_s[0] += EVERY_S / 20
        tell(done, 10_000)
    assert told == [
        "keeping the state of the workspace for undo: 4,000 of 10,000 files",
        "keeping the state of the workspace for undo: 8,000 of 10,000 files",
    ]
    tell(0, 400)
    now_s[0] += EVERY_S / 2
    tell(400, 400)
    assert len(told) == 2
