"""One answer, played to one client: steps become frames, or one document.

Invariant: a client is told an end only if the script comes to its end.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from aircher.domain.records import dataclass
from aircher.testing.fake_llm.asks import (
    Ask,
    Encoder,
    HttpAnswer,
    Outcome,
    Part,
    Stamp,
    Text,
    Thinking,
    Wire,
    counts_of,
)
from aircher.testing.fake_llm.asks import pieces as pieces_of
from aircher.testing.fake_llm.delivery import Delivery
from aircher.testing.fake_llm.pacing import Pacer
from aircher.testing.fake_llm.script import Answer, Failure, Step, ToolCall

_PieceT = TypeVar("_PieceT")


def outcome_of(answer: Answer, ask: Ask) -> Outcome:
    """Return what a client has at the end of the answer; neighbours of one kind are one part."""
    parts: list[Part] = []
    usage = None
    for step in answer.steps:
        previous = parts[-1] if parts else None
        match step:
            case Step(text=str(text)):
                if isinstance(previous, Text):
                    parts[-1] = Text(previous.text + text)
                else:
                    parts.append(Text(text))
            case Step(thinking=str(text)):
                if isinstance(previous, Thinking):
                    parts[-1] = Thinking(previous.text + text)
                else:
                    parts.append(Thinking(text))
            case Step(tool_call=ToolCall() as call):
                parts.append(call)
            case _:
                usage = step.usage or usage
    has_calls = any(isinstance(part, ToolCall) for part in parts)
    return Outcome(
        parts=parts,
        finish=answer.finish or ("tool_calls" if has_calls else "stop"),
        counts=counts_of(parts, ask, usage),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """Everything that one answer needs."""

    answer: Answer
    ask: Ask
    stamp: Stamp
    wire: Wire
    pacer: Pacer
    delivery: Delivery

    async def play(self) -> None:
        """Give the answer as it was asked for.

        Raises:
            ConnectionOver: Nothing can follow on this connection.
        """
        if not self.ask.is_streaming:
            await self._play_whole()
        elif self._refuses():
            await self._play_refusal()
        else:
            await self._play_stream()

    async def refuse(self, failure: Failure) -> None:
        """Answer with an HTTP error of the wire."""
        await self.delivery.send_whole(self.wire.refusal(failure, self.stamp))

    def _refuses(self) -> bool:
        """Say whether the answer is an error before anything was sent."""
        first = next((step for step in self.answer.steps if step.pause_s is None and step.usage is None), None)
        return first is not None and first.error is not None and not first.error.in_stream

    async def _play_refusal(self) -> None:
        for step in self.answer.steps:
            if step.pause_s is not None:
                await self.pacer.rest(step.pause_s)
            if step.error is not None:
                await self.refuse(step.error)
                return

    async def _play_whole(self) -> None:
        outcome = outcome_of(self.answer, self.ask)
        whole = HttpAnswer(
            headers={"content-type": "application/json"},
            body=msgspec.json.encode(self.wire.whole(self.ask, self.stamp, outcome)),
        )
        for step in self.answer.steps:
            match step:
                case Step(pause_s=seconds) if seconds is not None:
                    await self.pacer.rest(seconds)
                case Step(error=Failure() as failure):
                    await self.refuse(failure)
                    return
                case Step(cut=str()):
                    await self.delivery.send_half(whole)
                case Step(stall=True):
                    await self.delivery.stall()
                case _:
                    pass
        await self.pacer.take_all(outcome.counts.output_tokens)
        await self.delivery.send_whole(whole)

    async def _play_stream(self) -> None:
        encoder = self.wire.encoder(self.ask, self.stamp)
        self.delivery.open(self.wire.stream_headers)
        await self.delivery.send(encoder.begin())
        for step in self.answer.steps:
            if not await self._play_step(step, encoder):
                return
        outcome = outcome_of(self.answer, self.ask)
        await self.delivery.send(encoder.end(outcome.finish, outcome.counts), is_last=True)
        await self.delivery.close()

    async def _play_step(self, step: Step, encoder: Encoder) -> bool:
        """Do one step and return whether the stream goes on."""
        match step:
            case Step(text=str(text)):
                await self._speak(pieces_of(text), encoder.text)
            case Step(thinking=str(text)):
                await self._speak(pieces_of(text), encoder.thinking)
            case Step(tool_call=ToolCall() as call):
                await self._speak(encoder.call(call), lambda frame: [frame])
            case Step(pause_s=seconds) if seconds is not None:
                await self.pacer.rest(seconds)
            case Step(error=Failure() as failure):
                await self.delivery.send(encoder.fail(failure), is_last=True)
                await self.delivery.close()
                return False
            case Step(cut="abrupt"):
                await self.delivery.cut()
            case Step(cut="clean"):
                await self.delivery.close()
                return False
            case Step(stall=True):
                await self.delivery.stall()
            case _:
                pass  # usage stands at the end, wherever its step is
        return True

    async def _speak(self, pieces: Sequence[_PieceT], encode: Callable[[_PieceT], list[bytes]]) -> None:
        """Send the pieces when they are due."""
        at = 0
        while at < len(pieces):
            count = await self.pacer.take(len(pieces) - at)
            await self.delivery.send([frame for piece in pieces[at : at + count] for frame in encode(piece)])
            at += count
