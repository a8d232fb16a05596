"""A short form of the soak: the long one is `make soak`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_whatever_is_done_at_random_the_program_lives_and_no_row_is_stale() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "tui_soak.py", "--seconds", "10", "--seed", "3"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "screens compared, all equal" in done.stdout
