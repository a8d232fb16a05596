"""One connection over a real socket: what is sent, how the answer is read, when it may be used again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.providers._address import Address
from aircher.providers._connection import Connection, UnsendableHeader, connect
from aircher.providers._response_parser import BrokenAnswer
from aircher.providers.pacer import UNPACED_STREAMS, Pacer

OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = OK + b"Content-Length: 5\r\n\r\nhello"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
TO_THE_END = OK + b"\r\nhello"
PROXY = Address(scheme="http", host="127.0.0.1", port=1, path="")
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def connected(
    talk: Talk, *, idle_timeout_s: float = 10.0, pacer: Pacer | None = None, is_proxy: bool = False
) -> AsyncIterator[tuple[Connection, Address]]:
    """A connection to a server that does what it is told with each socket, then closes it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except ConnectionError:
            pass  # the client has hung up
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        here = Address(scheme="http", host="127.0.0.1", port=port, path="/v1/x?a=b")
        target = here._replace(host="models.example", port=80) if is_proxy else here
        connection = await connect(
            target,
            proxy=here if is_proxy else None,
            tls=None,
            idle_timeout_s=idle_timeout_s,
            pacer=pacer or Pacer(),
        )
        try:
            yield connection, target
        finally:
            connection.abort()


def saying(*pieces: bytes, stays: bool = True) -> Talk:
    """A server that answers the first request with these pieces; it stays until the client goes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)  # lets the client read this piece on its own
        if stays:
            await reader.read()

    return talk


async def body_of(connection: Connection, *, into: list[bytes] | None = None) -> bytes:
    pieces = [] if into is None else into
    while (data := await connection.read_body()) is not None:
        assert data
        pieces.append(data)
    return b"".join(pieces)


async def exchange(connection: Connection, address: Address) -> tuple[int, dict[str, str], bytes]:
    await connection.send("GET", address, [], b"")
    status, headers = await connection.read_head()
    return status, dict(headers), await body_of(connection)


@pytest.mark.parametrize("is_proxy", [False, True])
async def test_a_request_is_sent_as_it_is_and_in_full_to_a_proxy(*, is_proxy: bool) -> None:
    received = b""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal received
        received = await reader.readuntil(b"{}")
        writer.write(LENGTH)
        await reader.read()

    async with connected(talk, is_proxy=is_proxy) as (connection, address):
        await connection.send("POST", address, [("content-length", "2"), ("X-Name", "café")], b"{}")
        assert await connection.read_head() == (200, {"content-length": "5"})
    host = "models.example" if is_proxy else f"127.0.0.1:{address.port}"
    target = "http://models.example/v1/x?a=b" if is_proxy else "/v1/x?a=b"
    assert received == (
        f"POST {target} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 2\r\nX-Name: café\r\n\r\n{{}}".encode("latin-1")
    )


@pytest.mark.parametrize(
    ("name", "value", "path", "method"),
    [
        ("x", "1\r\nx-evil: 1", "/", "GET"),
        ("x", "1\nx-evil: 1", "/", "GET"),
        ("x", "1\rx-evil: 1", "/", "GET"),
        ("x", "1\0", "/", "GET"),
        ("x: 1\r\ny", "1", "/", "GET"),
        ("x", "1", "/ HTTP/1.1\r\nx-evil: 1", "GET"),
        ("x", "1", "/", "GET / HTTP/1.1\r\nx:"),
        ("x", "乌龟", "/", "GET"),
        ("x", "\ud83d", "/", "GET"),
    ],
)
async def test_a_header_that_would_become_two_or_has_no_bytes_is_not_sent(
    name: str, value: str, path: str, method: str
) -> None:
    received = asyncio.get_running_loop().create_future()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.set_result(await reader.read())

    async with connected(talk) as (connection, address):
        with pytest.raises(UnsendableHeader) as caught:
            await connection.send(method, address._replace(path=path), [(name, value)], b"secret")
        connection.abort()
        assert await received == b""
    assert "evil" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "is_reusable"),
    [
        (LENGTH, True),
        (CHUNKED, True),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + LENGTH, True),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + LENGTH, True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", False),
        (OK + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello", False),
        (LENGTH + b"garbage", False),
        (CHUNKED + LENGTH, False),
    ],
)
async def test_a_whole_answer_is_read_and_the_connection_used_again_if_nothing_speaks_against_it(
    answer: bytes, *, is_reusable: bool
) -> None:
    async with connected(saying(answer)) as (connection, address):
        assert connection.is_fresh
        assert not connection.can_be_reused()
        status, headers, body = await exchange(connection, address)
        assert (status, body, connection.is_fresh) == (200, b"hello", False)
        assert "link" not in headers
        assert connection.can_be_reused() is is_reusable
        assert await connection.read_body() is None


@pytest.mark.parametrize("status", [204, 304])
async def test_an_answer_without_a_body_needs_no_end(status: int) -> None:
    async with connected(saying(b"HTTP/1.1 %d X\r\n\r\n" % status)) as (connection, address):
        assert await exchange(connection, address) == (status, {}, b"")
        assert connection.can_be_reused()


async def test_a_body_that_lasts_as_long_as_the_connection_is_whole_at_its_end() -> None:
    async with connected(saying(TO_THE_END, stays=False)) as (connection, address):
        assert await exchange(connection, address) == (200, {}, b"hello")
        assert not connection.can_be_reused()


@pytest.mark.parametrize("answer", [LENGTH, CHUNKED], ids=["length", "chunked"])
async def test_an_answer_that_is_cut_at_any_byte_is_broken_and_none_of_it_is_lost(answer: bytes) -> None:
    head_ends_at = answer.index(b"\r\n\r\n") + 4
    for cut in range(len(answer)):
        async with connected(saying(answer[:cut], stays=False)) as (connection, address):
            await connection.send("GET", address, [], b"")
            if cut < head_ends_at:
                with pytest.raises(BrokenAnswer):
                    await connection.read_head()
                assert connection.is_fresh is (cut == 0)
                continue
            await connection.read_head()
            pieces: list[bytes] = []
            with pytest.raises(BrokenAnswer):
                await body_of(connection, into=pieces)
            body = b"".join(pieces)
            assert b"hello".startswith(body)
            assert answer is CHUNKED or len(body) == cut - head_ends_at
            assert not connection.can_be_reused()


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([LENGTH, CHUNKED]), st.sets(st.integers(1, 90)))
async def test_the_answer_is_the_same_however_the_network_cuts_it(answer: bytes, cuts: set[int]) -> None:
    bounds = [0, *sorted(cut for cut in cuts if cut < len(answer)), len(answer)]
    pieces = [answer[start:end] for start, end in pairwise(bounds)]
    async with connected(saying(*pieces)) as (connection, address):
        status, _, body = await exchange(connection, address)
        assert (status, body, connection.can_be_reused()) == (200, b"hello", True)


async def test_a_piece_of_the_body_is_there_as_soon_as_it_has_come() -> None:
    go_on = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(LENGTH[:-2])
        await go_on.wait()
        writer.write(LENGTH[-2:])
        await reader.read()

    async with connected(talk) as (connection, address):
        await connection.send("GET", address, [], b"")
        await connection.read_head()
        assert await connection.read_body() == b"hel"
        go_on.set()
        assert await connection.read_body() == b"lo"
        assert await connection.read_body() is None


async def test_among_many_streams_no_byte_is_lost() -> None:
    pacer = Pacer()
    for _ in range(UNPACED_STREAMS + 1):
        pacer.enter()
    pieces = [OK + b"Content-Length: 5000\r\n\r\n", *([b"12345"] * 1_000)]
    async with connected(saying(*pieces), pacer=pacer) as (connection, address):
        assert (await exchange(connection, address))[2] == b"12345" * 1_000
        assert connection.can_be_reused()


async def test_a_second_request_on_the_same_connection_has_its_own_answer() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in range(3):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(OK + b"X-Number: %d\r\nContent-Length: 1\r\n\r\n%d" % (number, number))
        await reader.read()

    async with connected(talk) as (connection, address):
        for number in range(3):
            assert await exchange(connection, address) == (
                200,
                {"x-number": f"{number}", "content-length": "1"},
                b"%d" % number,
            )


@pytest.mark.parametrize("said", [b"", OK, LENGTH[:-1]])
async def test_silence_is_a_timeout_wherever_it_begins(said: bytes) -> None:
    async with connected(saying(said), idle_timeout_s=0.1) as (connection, address):
        with pytest.raises(TimeoutError):
            await exchange(connection, address)


async def test_a_server_that_hangs_up_on_an_idle_connection_is_noticed() -> None:
    async with connected(saying(LENGTH, stays=False)) as (connection, address):
        assert (await exchange(connection, address))[2] == b"hello"
        with pytest.raises(BrokenAnswer):
            await exchange(connection, address)
        assert not connection.is_alive


async def test_aborting_closes_the_socket_in_the_middle_of_an_answer() -> None:
    gone = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(LENGTH[:-1])
        try:
            await reader.read()
        finally:
            gone.set()

    async with connected(talk) as (connection, address):
        await connection.send("GET", address, [], b"")
        await connection.read_head()
        connection.abort()
        connection.abort()
        assert not connection.is_alive
        assert not connection.can_be_reused()
        async with asyncio.timeout(5):
            await gone.wait()


@pytest.mark.parametrize("pieces", [(b"SSH-2.0-OpenSSH_9.6\r\n",), (OK, b"x: " + b"a" * 70_000)])
async def test_what_is_no_answer_is_broken(pieces: Sequence[bytes]) -> None:
    async with connected(saying(*pieces)) as (connection, address):
        await connection.send("GET", address, [], b"")
        with pytest.raises(BrokenAnswer):
            await connection.read_head()
