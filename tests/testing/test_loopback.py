import asyncio

import pytest

from aircher.testing.loopback import LoopbackServer, Reply


def test_a_body_is_cut_where_the_reply_says() -> None:
    assert Reply(body=b"abcdef", splits=(0, 2, 2, 5, 9)).pieces() == [b"ab", b"cde", b"f"]
    assert Reply(body=b"abcdef", chunk_bytes=4).pieces() == [b"abcd", b"ef"]
    assert Reply().pieces() == []


def test_the_server_has_an_address_only_while_it_runs() -> None:
    with pytest.raises(RuntimeError, match="inside its context"):
        _ = LoopbackServer(lambda _: Reply()).url


async def test_requests_are_kept_as_they_came() -> None:
    async with LoopbackServer(lambda _: Reply(body=b"ok", framing="length")) as server:
        port = int(server.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"PUT /a?b=c HTTP/1.1\r\nX-Thing:  1 \r\nContent-Length: 2\r\n\r\nhi")
        await server.wait_for_requests(1)
        head = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await server.wait_for_connections(0)

    [request] = server.requests
    assert (request.method, request.target, request.body) == ("PUT", "/a?b=c", b"hi")
    assert request.headers == {"x-thing": "1", "content-length": "2"}
    assert head == b"HTTP/1.1 200 Replayed\r\ncontent-length: 2\r\n\r\n"
