"""``kill -9`` at random moments: a prompt that waited is in its lane or in the conversation, in one of them."""

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.flows.conftest import World

from aircher.domain.events import PromptSteered, TurnStarted
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS
from aircher.storage.waiting_prompts import SqliteWaitingPrompts

ROOT = Path(__file__).parents[2]


def promises_of_a_killed_run(folder: Path, session_id: str) -> list[str]:
    command = [sys.executable, "-m", "tests.flows.kill9_lanes", str(folder), session_id]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        promised = [process.stdout.readline().strip() for _ in range(random.randrange(1, 40))]
        process.kill()
        return promised + process.stdout.read().split("\n")[:-1]


async def test_a_kill_neither_loses_nor_doubles_what_waited(world: World, tmp_path: Path) -> None:
    async with world.session([]) as talk:
        session_id = talk.session.session_id
    promised = [prompt_id for _ in range(4) for prompt_id in promises_of_a_killed_run(tmp_path, session_id)]
    with Database(tmp_path / "sessions.db", SESSIONS) as sessions:
        kept = SqliteWaitingPrompts(sessions, session_id)
        async with world.session([], session_id=session_id, waiting_prompts=kept) as talk:
            left = [item.id for item in talk.session.lanes.waiting]
    taken = Counter(
        item.event.item_id if isinstance(item.event, PromptSteered) else item.turn_id
        for item in world.events(session_id)
        if isinstance(item.event, PromptSteered | TurnStarted)
    )
    assert set(promised) <= {*left, *taken}
    assert not set(left) & set(taken)
    assert set(taken.values()) == {1}
