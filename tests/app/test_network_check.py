"""Whether servers can be reached: broken addresses, proxies, a resolver that hangs."""

import socket
import threading
import time

from aircher.app.checks import Check, Status
from aircher.app.network_check import check_servers
from aircher.providers.route import Route

REMEDY = "check the connection, HTTPS_PROXY, or providers.zoo.base_url"


def failed(shown: str) -> Check:
    return Check(name="network", detail=f"zoo: {shown}", status=Status.WARNING, remedy=REMEDY, code="provider.network")


def test_without_servers_there_is_nothing_to_reach() -> None:
    assert check_servers({}, {}) == [
        Check(name="network", detail="not needed: no provider with a server is in use"),
    ]


def test_a_server_that_listens_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        checks = check_servers({"zoo": f"http://127.0.0.1:{port}/v1"}, {})
    assert checks == [Check(name="network", detail=f"zoo: 127.0.0.1:{port} answers")]


def test_addresses_that_are_none_are_named_not_tried() -> None:
    for address in ("http://h:99999", "http://a..b", "ftp://h"):
        [check] = check_servers({"zoo": address}, {})
        assert check == Check(
            name="network",
            detail=f"zoo: providers.zoo.base_url is {address!r}, which is no http:// or https:// address",
            status=Status.FAILED,
            remedy='write it like this: providers.zoo.base_url = "http://localhost:8000/v1"',
            code="config.base_url",
        )


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    released = threading.Event()

    def hang(_: Route) -> None:
        released.wait()

    begun_s = time.monotonic()
    checks = check_servers({"zoo": "http://h/v1"}, {}, connect=hang, deadline_s=0.1)
    assert time.monotonic() - begun_s < 2
    released.set()
    assert checks == [failed("h:80: no answer within 0.1 s")]


def test_every_reason_is_told() -> None:
    def refuse(reason: Exception) -> str:
        def connect(_: Route) -> None:
            raise reason

        [check] = check_servers({"zoo": "https://h/v1"}, {}, connect=connect)
        return check.detail

    assert refuse(ConnectionRefusedError(111, "Connection refused")) == "zoo: h:443: Connection refused"
    assert refuse(UnicodeError("label too long")) == "zoo: h:443: label too long"
    assert refuse(TimeoutError()) == "zoo: h:443: no answer within 2 s"


def test_the_proxy_is_what_is_reached_and_named_without_its_password() -> None:
    reached: list[tuple[str, int]] = []
    environ = {"HTTPS_PROXY": "http://me:pa55word@proxy.example:3128"}
    checks = check_servers(
        {"zoo": "https://api.example/v1"}, environ, connect=lambda route: reached.append((route.host, route.port))
    )
    assert reached == [("proxy.example", 3128)]
    assert checks == [Check(name="network", detail="zoo: api.example:443 via proxy.example:3128 answers")]
