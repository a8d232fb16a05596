"""A session that takes what was queued from its lanes until it is killed: started by `test_lanes_kill9`.

It prints each prompt's id once it waits; the model answers at once.
"""

import asyncio
import sys
from pathlib import Path

from tests.flows.conftest import STOP, World, text

from aircher.domain.ids import SessionId
from aircher.domain.lanes import Lane
from aircher.domain.messages import TextPart
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS, SESSIONS
from aircher.storage.waiting_prompts import SqliteWaitingPrompts


async def main(folder: Path, session_id: SessionId) -> None:
    with (
        Database(folder / "conversations.db", CONVERSATIONS) as database,
        Database(folder / "sessions.db", SESSIONS) as sessions,
    ):
        kept = SqliteWaitingPrompts(sessions, session_id)
        script = [[text("ok"), STOP] for _ in range(10_000)]
        async with World(folder, database).session(script, session_id=session_id, waiting_prompts=kept) as talk:
            await talk.session.lanes.go_on()
            for number in range(10_000):
                lane = Lane.STEER if number % 2 else Lane.QUEUE
                prompt_id = await talk.session.lanes.add(lane, (TextPart(text=f"{number}"),))
                sys.stdout.write(f"{prompt_id}\n")
                sys.stdout.flush()
                talk.inbox.drain()
                while len(talk.session.lanes.waiting) > 5:
                    talk.inbox.drain()
                    await asyncio.sleep(0)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), SessionId(sys.argv[2])))
