"""``kill -9`` at random moments leaves databases that open, verify and resume."""

import random
from pathlib import Path

import pytest
from benchmarks.kill9 import kill_once


@pytest.mark.slow
def test_a_killed_process_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    outcomes = [kill_once(tmp_path, after_s=random.uniform(0, 0.25)) for _ in range(20)]
    assert sum(outcome.acknowledged for outcome in outcomes) > 20
