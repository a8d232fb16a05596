"""A process with one session that asks a scripted model: ``python -m tests.flows.spender LEDGER SESSION DAY_USD HOW``.

It says ``ready``, begins when a line comes in, and says ``text`` with the first piece of the answer. ``HOW`` is
``ends`` for a long answer, ``hangs`` for one that never goes on.
"""

import asyncio
import sys
from pathlib import Path
from random import Random

from tests.flows.conftest import PRICES, STOP, text

from aircher.app.spending import SessionLedger
from aircher.domain.events import TextDelta, TurnFinished
from aircher.domain.ids import SessionId
from aircher.domain.messages import TextPart
from aircher.domain.models import ModelInfo
from aircher.domain.operations import SendPrompt
from aircher.engine.approvals import Approvals
from aircher.engine.bus import Delivery
from aircher.engine.desk import Desk
from aircher.engine.routing import OneRoute, Route
from aircher.engine.session import Session, SessionParts
from aircher.engine.spending import SpendingLimits
from aircher.engine.tool_runner import ToolRunner
from aircher.engine.trail import Trail
from aircher.engine.turn import Voice
from aircher.permissions.places import Places
from aircher.permissions.policy import Policy
from aircher.providers.scripted import Line, Pause, ScriptedProvider
from aircher.storage.recorder import NullRecorder
from aircher.support.clock import SystemClock

WORDS = ("book", "bird", "tree", "lake", "hill", "rain", "wind", "fish", "door", "lamp")


def piece(number: int) -> str:
    """Return a thousand characters that are those of no other piece: who repeats is stopped as a model gone wrong."""
    return "".join(f"{word} " for word in Random(number).choices(WORDS, k=200))


PIECE = piece(0)
LONG: list[Line] = [text(piece(number)) for number in range(200)]
HANGING: list[Line] = [text(PIECE), Pause(seconds=3600)]


def built(ledger: SessionLedger, name: str, *, day_usd: float, script: list[Line]) -> Session:
    """Return a session whose model costs 10 USD a million tokens of output."""
    model = ModelInfo(provider="scripted", name="m", prices=PRICES)
    clock = SystemClock()
    return Session(
        SessionParts(
            session_id=SessionId(name),
            cwd="/",
            voice=Voice(
                router=OneRoute(Route(provider=ScriptedProvider([[*script, STOP]]), model=model)), system="be brief"
            ),
            tool_runner=ToolRunner(
                tools={},
                approvals=Approvals(
                    policy=Policy(places=Places(roots=(), home=Path("/nowhere"))),
                    desk=Desk(is_attended=False),
                    trail=Trail(clock=clock),
                ),
                clock=clock,
            ),
            recorder=NullRecorder(),
            clock=clock,
            spending=SpendingLimits(day_usd=day_usd),
            ledger=ledger,
        )
    )


def say(line: str) -> None:
    """Write a line for whoever started the process."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def spend(session: Session) -> None:
    """Ask once and say how it ended."""
    inbox = session.subscribe(Delivery.EVERY)
    async with session:
        await session.submit(SendPrompt(parts=(TextPart(text="go"),)))
        has_begun = False
        async for published in inbox:
            if isinstance(published.event, TextDelta) and not has_begun:
                has_begun = True
                say("text")
            if isinstance(published.event, TurnFinished):
                say(published.event.stop_reason.value)
                return


def main() -> None:
    """Run as the module says."""
    path, name, day_usd, how = sys.argv[1:]
    ledger = SessionLedger(Path(path), session_id=SessionId(name), note=lambda note: say(f"told {note}"))
    session = built(ledger, name, day_usd=float(day_usd), script=HANGING if how == "hangs" else LONG)
    say("ready")
    sys.stdin.readline()
    asyncio.run(spend(session))
    ledger.close()


if __name__ == "__main__":
    main()
