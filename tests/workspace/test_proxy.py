"""The filtering proxy, over real sockets: what it lets through, what it refuses, and that it judges addresses."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from aircher.workspace._proxies import Proxies

HOSTS = ("docs.test", "*.pages.test", "inside.test", "nowhere.test", "named.test", "*.port.test:443")
DENIED = ("denied.pages.test", "docs.test:81", "not.port.test:443", "192.0.2.1")
ADDRESSES = {"inside.test": "10.0.0.1", "denied.pages.test": "127.0.0.1", "named.test": "192.0.2.1"}


class Echo(BaseHTTPRequestHandler):
    """Answers with the request line, the host and what was sent."""

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        names = sorted(name.lower() for name in self.headers)
        body = "\n".join((self.requestline, self.headers["Host"], ",".join(names), sent)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - the library asks for this name

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


async def resolve(host: str, port: int) -> list[str]:
    if host == "nowhere.test":
        raise socket.gaierror(-2, "Name or service not known")
    return [ADDRESSES.get(host, "127.0.0.1")]


@pytest.fixture
def proxies() -> Iterator[Proxies]:
    """Proxies for which this machine's loopback is the internet, and nothing else is."""
    found = Proxies(resolve=resolve, is_allowed_address=lambda address: address == "127.0.0.1")
    yield found
    found.close()


def ask(proxies: Proxies, request: str) -> str:
    with socket.create_connection(("127.0.0.1", proxies.port_for(HOSTS, DENIED)), timeout=10) as connection:
        return exchange(connection, request)


def exchange(connection: socket.socket, request: str) -> str:
    connection.sendall(request.encode())
    connection.shutdown(socket.SHUT_WR)
    answer = b""
    while chunk := connection.recv(65_536):
        answer += chunk
    return answer.decode()


def body(answer: str) -> str:
    return answer.partition("\r\n\r\n")[2]


@pytest.mark.parametrize("host", ["docs.test", "DOCS.test", "a.pages.test"])
def test_a_plain_request_reaches_a_listed_host_without_what_was_meant_for_the_proxy(
    proxies: Proxies, server: int, host: str
) -> None:
    answer = ask(
        proxies,
        f"POST http://{host}:{server}/a?b HTTP/1.1\r\nHost: inside.test\r\nProxy-Authorization: x\r\n"
        "Proxy-Connection: keep-alive\r\nContent-Length: 4\r\n\r\nsent",
    )
    assert body(answer).split("\n") == [
        "POST /a?b HTTP/1.1",
        f"{host}:{server}",
        "connection,content-length,host",
        "sent",
    ]


def test_a_tunnel_carries_both_ways(proxies: Proxies, server: int) -> None:
    answer = ask(proxies, f"CONNECT docs.test:{server} HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: docs.test\r\n\r\n")
    head, _, rest = answer.partition("\r\n\r\n")
    assert head == "HTTP/1.1 200 Connection established"
    assert body(rest).split("\n")[:2] == ["GET / HTTP/1.1", "docs.test"]


@pytest.mark.parametrize(
    ("target", "status", "reason"),
    [
        ("other.test:80", 403, "the host other.test is not among the allowed ones for port 80"),
        ("docs.test.evil.test:80", 403, "the host docs.test.evil.test is not among the allowed ones for port 80"),
        ("127.0.0.1:80", 403, "the host 127.0.0.1 is not among the allowed ones for port 80"),
        ("denied.pages.test:80", 403, "the host denied.pages.test is refused by a rule for port 80"),
        ("inside.test:80", 403, "the host inside.test has no address on the public internet"),
        ("nowhere.test:80", 502, "the host nowhere.test cannot be reached: [Errno -2] Name or service not known"),
        ("named.test:80", 403, "an address of named.test is refused by a rule for port 80"),
        ("docs.test:81", 403, "the host docs.test is refused by a rule for port 81"),
        ("one.port.test:80", 403, "the host one.port.test is not among the allowed ones for port 80"),
        ("not.port.test:443", 403, "the host not.port.test is refused by a rule for port 443"),
        ("port.test:443", 403, "the host port.test is not among the allowed ones for port 443"),
        (".pages.test:80", 400, "'.pages.test:80' is no host with a port"),
        ("docs.test", 400, "'docs.test' is no host with a port"),
        ("docs.test:99999", 400, "'docs.test:99999' is no host with a port"),
        ("user@docs.test:80", 400, "'user@docs.test:80' is no host with a port"),
    ],
)
def test_a_refusal_says_why(proxies: Proxies, target: str, status: int, reason: str) -> None:
    answer = ask(proxies, f"CONNECT {target} HTTP/1.1\r\n\r\n")
    assert (int(answer.split(" ")[1]), body(answer)) == (status, f"aircher: {reason}\n")


@pytest.mark.parametrize("request_line", ["GET / HTTP/1.1", "GET https://docs.test/ HTTP/1.1", "\0\0\0", "GET"])
def test_what_is_no_request_to_a_proxy_is_refused(proxies: Proxies, request_line: str) -> None:
    assert ask(proxies, f"{request_line}\r\n\r\n").startswith("HTTP/1.1 400 Bad Request\r\n")


def test_a_client_that_says_nothing_or_too_much_gets_nothing(proxies: Proxies) -> None:
    assert ask(proxies, "") == ""
    with socket.create_connection(("127.0.0.1", proxies.port_for(HOSTS, DENIED)), timeout=10) as connection:
        try:
            answer = exchange(connection, "GET " + "x" * 200_000)
        except OSError:  # it was closed while there was more to say
            answer = ""
    assert answer == ""


def test_the_same_lists_share_a_proxy_and_others_do_not(proxies: Proxies) -> None:
    first = proxies.path_for(HOSTS, DENIED)
    assert proxies.path_for(HOSTS, DENIED) == first
    assert proxies.path_for(HOSTS, ()) != first
    assert first.parent.stat().st_mode & 0o777 == 0o700
    proxies.close()
    assert not first.parent.exists()


def test_closing_ends_connections_that_are_open(proxies: Proxies, server: int) -> None:
    connection = socket.create_connection(("127.0.0.1", proxies.port_for(HOSTS, DENIED)), timeout=10)
    with connection:
        connection.sendall(f"CONNECT docs.test:{server} HTTP/1.1\r\n\r\n".encode())
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        proxies.close()
        assert connection.recv(1) == b""


def test_a_listed_name_that_leads_to_this_machine_is_refused() -> None:
    proxies = Proxies()
    try:
        port = proxies.port_for(("localhost", "127.0.0.1", "*"), ())
        for name in ("localhost", "127.0.0.1", "[::1]", "2130706433", "169.254.169.254"):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                answer = exchange(connection, f"CONNECT {name}:80 HTTP/1.1\r\n\r\n")
            assert answer.startswith("HTTP/1.1 403 "), name
    finally:
        proxies.close()
