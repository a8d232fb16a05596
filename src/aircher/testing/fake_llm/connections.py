"""The listening socket and the tasks that serve its connections.

Invariant: every task belongs to one group, which ends before `Connections.close` returns.
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aircher.domain.errors import UsageError
from aircher.domain.ports import Clock
from aircher.domain.records import dataclass
from aircher.testing.fake_llm.chaos import Mishap
from aircher.testing.fake_llm.delivery import ConnectionOver, Delivery


@dataclass(frozen=True, slots=True)
class Connection:
    """One client's connection."""

    reader: StreamReader
    writer: StreamWriter

    def delivery(self, clock: Clock, mishap: Mishap | None = None) -> Delivery:
        """Return the way to send one answer on it."""
        return Delivery(self.reader, self.writer, clock=clock, mishap=mishap)


Serve: TypeAlias = Callable[[Connection], Awaitable[None]]


class Connections:
    """All connections of a server."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False

    @property
    def port(self) -> int:
        """The port, as long as the server is open."""
        if self._server is None or self._is_closing:
            raise RuntimeError("the server runs only inside its context")
        return int(self._server.sockets[0].getsockname()[1])

    async def open(self, serve: Serve, port: int) -> None:
        """Listen on loopback; every connection is served in a task of its own.

        Raises:
            UsageError: The port is taken.
        """

        def accept(reader: StreamReader, writer: StreamWriter) -> None:
            if self._is_closing:
                writer.transport.abort()
                return
            writer.transport.set_write_buffer_limits(high=0)  # drained means: given to the system, not lost by a close
            task = self._group.create_task(_serve(serve, Connection(reader, writer)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        try:
            self._server = await asyncio.start_server(accept, "127.0.0.1", port)
        except OSError as exc:
            raise UsageError(
                f"port {port} of this machine cannot be used: {exc.strerror}",
                hint="--port 0 takes a free one",
                code="usage.port",
            ) from exc
        await self._group.__aenter__()

    async def close(self) -> None:
        """End every connection, wherever its answer is."""
        self._is_closing = True
        if self._server is None:
            return
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await self._group.__aexit__(None, None, None)


async def _serve(serve: Serve, connection: Connection) -> None:
    try:
        await serve(connection)
    except (ConnectionError, ConnectionOver):
        pass  # the client left, or the script ends the connection here
    except asyncio.CancelledError:
        connection.writer.transport.abort()
        raise
    finally:
        connection.writer.close()
