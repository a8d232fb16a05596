"""Whether the servers of providers can be reached, found out within a deadline.

Invariant: nothing waits longer than the deadline, not even for a resolver that hangs: who asks it is a daemon thread,
which the end of the process does not wait for.
"""

import socket
import threading
import time
from collections.abc import Callable, Mapping

from aircher.app.checks import Check, Status
from aircher.domain.errors import ConfigError
from aircher.providers.route import Route, route_to

DEADLINE_S = 2.0

Connect = Callable[[Route], None]
"""Opens a connection and closes it; raises OSError."""


def connect_once(route: Route) -> None:
    """Open a connection to the first host of the route, and close it.

    Raises:
        OSError: That was not possible.
    """
    socket.create_connection((route.host, route.port), timeout=DEADLINE_S).close()


def check_servers(
    servers: Mapping[str, str],
    environ: Mapping[str, str],
    *,
    connect: Connect = connect_once,
    deadline_s: float = DEADLINE_S,
) -> list[Check]:
    """Try all servers at once and return a check of each.

    Args:
        servers: Addresses by the names of their providers.
        environ: Variables; some name proxies.
        connect: How to reach one.
        deadline_s: When to give up, in seconds.
    """
    if not servers:
        return [Check(name="network", detail="not needed: no provider with a server is in use")]
    attempts = [_Attempt(name, base_url, environ, connect) for name, base_url in servers.items()]
    until_s = time.monotonic() + deadline_s
    return [attempt.check(until_s, deadline_s) for attempt in attempts]


class _Attempt:
    """One server that is being tried."""

    def __init__(self, name: str, base_url: str, environ: Mapping[str, str], connect: Connect) -> None:
        self._name = name
        self._connect = connect
        self._outcome: str | None = None
        self._broken: ConfigError | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        try:
            self._route = route_to(base_url, key=f"providers.{name}.base_url", environ=environ)
        except ConfigError as exc:
            self._broken = exc
        else:
            self._thread.start()

    def check(self, until_s: float, deadline_s: float) -> Check:
        """Wait until the moment ``until_s`` at the latest, and say what was found out."""
        if self._broken is not None:
            return Check(
                name="network",
                detail=f"{self._name}: {self._broken.message}",
                status=Status.FAILED,
                remedy=self._broken.hint or f"aircher config set providers.{self._name}.base_url URL",
                code=self._broken.code,
            )
        self._thread.join(max(0.0, until_s - time.monotonic()))
        outcome = self._outcome
        detail = f"{self._name}: {self._route.shown}"
        if outcome == "":
            return Check(name="network", detail=f"{detail} answers")
        return Check(
            name="network",
            detail=f"{detail}: {outcome or f'no answer within {deadline_s:g} s'}",
            status=Status.WARNING,
            remedy=f"check the connection, HTTPS_PROXY, or providers.{self._name}.base_url",
            code="provider.network",
        )

    def _run(self) -> None:
        try:
            self._connect(self._route)
        except TimeoutError:
            return
        except OSError as exc:
            self._outcome = exc.strerror or str(exc) or type(exc).__name__
        except ValueError as exc:  # the resolver refuses names that are too long
            self._outcome = str(exc)
        else:
            self._outcome = ""
