"""The server: sockets, connections, and who answers what.

Invariant: it listens on 127.0.0.1 only; when its context is left, nothing of it runs any more.
"""

import asyncio
from typing import Self, TextIO

import msgspec

from aircher.domain.ports import Clock
from aircher.support.clock import SystemClock
from aircher.testing.fake_llm import recording, routes
from aircher.testing.fake_llm.asks import UNREADABLE, Ask, HttpAnswer, Stamp, Wire
from aircher.testing.fake_llm.chaos import Chaos, Mishap, MishapKind
from aircher.testing.fake_llm.connections import Connection, Connections
from aircher.testing.fake_llm.delivery import Delivery
from aircher.testing.fake_llm.http_messages import BadRequest, read_request
from aircher.testing.fake_llm.pacing import Pacer
from aircher.testing.fake_llm.performance import Performance
from aircher.testing.fake_llm.playlist import Playlist
from aircher.testing.fake_llm.recording import Recorded
from aircher.testing.fake_llm.script import Answer, Failure, Script
from aircher.testing.loopback import ReceivedRequest


class FakeLlm:
    """Speaks all wires; use it as an async context manager.

    Attributes:
        requests: What was asked so far, without keys.
        answered: How many requests have been dealt with, however that ended.
    """

    def __init__(
        self,
        script: Script | None = None,
        *,
        tokens_per_s: float | None = None,
        chaos: Chaos | None = None,
        record_to: TextIO | None = None,
        port: int = 0,
        clock: Clock | None = None,
    ) -> None:
        """Prepare a server.

        Args:
            script: What it answers; ``None`` = it echoes.
            tokens_per_s: How fast, where the script names no speed; ``None`` = as fast as it can.
            chaos: Mishaps; ``None`` = those of the script.
            record_to: Gets every request as a line of JSON.
            port: 0 = a free one.
            clock: For pauses, paces and time stamps.
        """
        self.requests: list[Recorded] = []
        self.answered = 0
        self._script = script or Script()
        self._playlist = Playlist(self._script)
        self._tokens_per_s = tokens_per_s
        self._chaos = chaos or self._script.chaos or Chaos()
        self._record_to = record_to
        self._port = port
        self._clock = clock or SystemClock()
        self._asked = 0
        self._changed = asyncio.Condition()
        self._connections = Connections()

    @property
    def url(self) -> str:
        """The address, without path or slash; valid inside the context."""
        return f"http://127.0.0.1:{self._connections.port}"

    async def __aenter__(self) -> Self:
        await self._connections.open(self._serve, self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connections.close()

    async def wait_for_requests(self, count: int) -> None:
        """Return once this many requests have come."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.requests) >= count)

    async def wait_for_answers(self, count: int) -> None:
        """Return once this many requests have been dealt with."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.answered >= count)

    async def _serve(self, connection: Connection) -> None:
        """Answer the requests of one connection."""
        try:
            while (request := await read_request(connection.reader, connection.writer)) is not None:
                await self._deal_with(request, connection)
                if request.headers.get("connection", "").lower() == "close":
                    return
        except BadRequest as exc:
            refusal = HttpAnswer(status=400, headers={"connection": "close"}, body=f"{exc}\n".encode())
            await connection.delivery(self._clock).send_whole(refusal)

    async def _deal_with(self, request: ReceivedRequest, connection: Connection) -> None:
        number = len(self.requests) + 1
        stamp = Stamp(number=number, at=self._clock.now())
        wire = routes.wire_of(request)
        record = recording.record_of(request, number=number, at=stamp.at, wire=wire.name)
        try:
            if routes.is_answering(request):
                await self._perform(request, wire, stamp, record, connection)
            else:
                await self._note(record)
                await connection.delivery(self._clock).send_whole(self._side(request, wire, stamp))
        finally:
            self.answered += 1
            await self._tell()

    def _side(self, request: ReceivedRequest, wire: Wire, stamp: Stamp) -> HttpAnswer:
        """Return the answer to a request that asks for none of the model."""
        try:
            answer = routes.side_answer(request, self._script.models)
        except UNREADABLE as exc:
            return wire.refusal(Failure(kind="invalid_request", message=str(exc)), stamp)
        if answer is None:
            message = f"there is nothing at {request.method} {routes.path_of(request)}"
            return wire.refusal(Failure(kind="not_found", status=404, message=message), stamp)
        if request.method == "HEAD":
            return HttpAnswer(status=answer.status, headers=answer.headers, body=b"")
        return answer

    async def _perform(
        self, request: ReceivedRequest, wire: Wire, stamp: Stamp, record: Recorded, connection: Connection
    ) -> None:
        """Answer as the script and chaos have it."""
        try:
            ask = wire.read(request.body, request.target)
        except UNREADABLE as exc:
            await self._note(record)
            refusal = wire.refusal(Failure(kind="invalid_request", message=str(exc)), stamp)
            await connection.delivery(self._clock).send_whole(refusal)
            return
        self._asked += 1
        mishap = self._chaos.draw(self._asked)
        failure = _refusal_by(mishap)
        answer = None if failure else self._playlist.next(ask, wire.name)
        name = answer.name if answer else ""
        await self._note(msgspec.structs.replace(record, answer=name, mishap=mishap and mishap.kind.value))
        if failure:
            await connection.delivery(self._clock).send_whole(wire.refusal(failure, stamp))
        elif answer:
            await self._performance(answer, ask, stamp, wire, connection.delivery(self._clock, mishap)).play()

    def _performance(self, answer: Answer, ask: Ask, stamp: Stamp, wire: Wire, delivery: Delivery) -> Performance:
        rate = answer.tokens_per_s or self._script.tokens_per_s or self._tokens_per_s
        pacer = Pacer(rate, self._clock)
        return Performance(answer=answer, ask=ask, stamp=stamp, wire=wire, pacer=pacer, delivery=delivery)

    async def _note(self, record: Recorded) -> None:
        self.requests.append(record)
        if self._record_to is not None:
            recording.write_line(record, self._record_to)
        await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def _refusal_by(mishap: Mishap | None) -> Failure | None:
    """Return the error that a mishap puts in the place of the answer; ``None`` = it spoils the answer, or nothing."""
    if mishap is None:
        return None
    match mishap.kind:
        case MishapKind.RATE_LIMIT:
            return Failure(kind="rate_limit", status=mishap.status, retry_after_s=mishap.retry_after_s)
        case MishapKind.SERVER_ERROR:
            return Failure(kind="server_error", status=mishap.status)
        case MishapKind.CUT | MishapKind.STALL | MishapKind.MALFORMED | MishapKind.SLOW:
            return None
