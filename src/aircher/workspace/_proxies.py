"""The proxies of a session's commands: one for each list of hosts, on a thread of their own.

Invariant: nothing is started before the first command that has allowed hosts; `Proxies.close` leaves neither thread
nor socket behind. Not its job: what passes (`aircher.workspace.proxy`).

What serves is imported with the first list of hosts: every session makes this, and few allow hosts.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from aircher.workspace.proxy import HostFilter, IsAllowed, Resolve

BRIDGE = Path(__file__).with_name("_bridge.py")
BRIDGE_PORT = 3128
"""The port that proxies traditionally have; the sandbox has all its ports for itself."""

_CALL_TIMEOUT_S = 10.0
_HEAD_BYTES = 65_536  # what a request and its headers may take: cookies of a browser fit, and no memory is filled
_T = TypeVar("_T")
_Lists: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
_Accept: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]


def bridge_command(script: str, proxy_socket: str, argv: tuple[str, ...]) -> tuple[str, ...]:
    """Return the arguments that run ``argv`` behind a bridge to the proxy."""
    interpreter = os.path.realpath(sys.executable)
    return (interpreter, "-I", "-S", script, proxy_socket, str(BRIDGE_PORT), *argv)


def interpreter_home() -> Path:
    """Return the folder that the bridge's Python needs."""
    return Path(sys.base_prefix).resolve()


def proxy_variables(port: int) -> dict[str, str]:
    """Return the variables that programs find a proxy by."""
    address = f"http://127.0.0.1:{port}"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    own = {"NO_PROXY": "localhost,127.0.0.1,::1"}
    upper = dict.fromkeys(names, address) | own
    return upper | {name.lower(): value for name, value in upper.items()}


class Proxies:
    """Proxies on Unix sockets for sandboxes that see one, on ports of the loopback for those that do not."""

    def __init__(self, *, resolve: "Resolve | None" = None, is_allowed_address: "IsAllowed | None" = None) -> None:
        """Serve nothing yet; names and addresses are judged as `HostFilter` does where nothing else is given."""
        self._resolve = resolve
        self._is_allowed_address = is_allowed_address
        self._lock = Lock()
        self._serving: _Serving | None = None
        self._folder: Path | None = None
        self._paths: dict[_Lists, Path] = {}
        self._ports: dict[_Lists, int] = {}

    def path_for(self, hosts: tuple[str, ...], denied_hosts: tuple[str, ...]) -> Path:
        """Return the socket of a proxy that lets these hosts through; it serves until `close`."""
        import tempfile

        lists = hosts, denied_hosts
        with self._lock:
            if lists not in self._paths:
                if self._folder is None:
                    self._folder = Path(tempfile.mkdtemp(prefix="aircher-proxy-"))
                path = self._folder / f"{len(self._paths)}.sock"
                serving = self._started()
                serving.call(serving.listen_at(path, self._filter(lists)))
                self._paths[lists] = path
            return self._paths[lists]

    def port_for(self, hosts: tuple[str, ...], denied_hosts: tuple[str, ...]) -> int:
        """Return the port on this machine's loopback of such a proxy."""
        lists = hosts, denied_hosts
        with self._lock:
            if lists not in self._ports:
                serving = self._started()
                self._ports[lists] = serving.call(serving.listen_on_loopback(self._filter(lists)))
            return self._ports[lists]

    def close(self) -> None:
        """End them all, and the connections they serve."""
        import shutil

        with self._lock:
            if self._serving is not None:
                self._serving.end()
                self._serving = None
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None
            self._paths.clear()
            self._ports.clear()

    def _started(self) -> "_Serving":
        if self._serving is None:
            self._serving = _Serving()
        return self._serving

    def _filter(self, lists: _Lists) -> "HostFilter":
        from aircher.support.addresses import is_public
        from aircher.workspace.proxy import HostFilter, resolve

        hosts, denied_hosts = lists
        return HostFilter(
            hosts=hosts,
            denied_hosts=denied_hosts,
            resolve=self._resolve or resolve,
            is_allowed_address=self._is_allowed_address or is_public,
        )


class _Serving:
    """A thread with an event loop that owns listeners and connections."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._thread = Thread(target=self._loop.run_forever, name="aircher-proxy", daemon=True)
        self._thread.start()

    def call(self, coroutine: Coroutine[object, object, _T]) -> _T:
        """Run it on the thread and return what it returns."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_CALL_TIMEOUT_S)

    async def listen_at(self, path: Path, hosts: "HostFilter") -> None:
        """Serve connections to a Unix socket."""
        self._servers.append(await asyncio.start_unix_server(self._accept(hosts), path, limit=_HEAD_BYTES))

    async def listen_on_loopback(self, hosts: "HostFilter") -> int:
        """Serve connections to a free port, which is returned."""
        server = await asyncio.start_server(self._accept(hosts), "127.0.0.1", 0, limit=_HEAD_BYTES)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    def end(self) -> None:
        """Close everything and end the thread."""
        self.call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _accept(self, hosts: "HostFilter") -> _Accept:
        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = self._loop.create_task(hosts.serve(reader, writer))
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)

        return accept

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        connections = list(self._connections)
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await self._loop.shutdown_default_executor()
