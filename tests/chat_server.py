"""A model's server for tests of the whole program: canned bytes on loopback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread

from tests.keys import ZOO


class ChatServer(ThreadingTCPServer):
    """Speaks as much of the chat wire as a test needs: one canned answer a request, the last one again and again."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answers: list[bytes]) -> None:
        super().__init__(("127.0.0.1", 0), ChatHandler)
        self.answers = answers
        self.bodies: list[dict[str, object]] = []
        self.headers: list[str] = []
        self.hang = Event()
        self.arrived = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class ChatHandler(StreamRequestHandler):
    server: ChatServer

    def handle(self) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return
            head += line
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        self.server.headers.append(head.decode())
        self.server.bodies.append(json.loads(self.rfile.read(length)) if length else {})
        answer = self.server.answers[0] if len(self.server.answers) == 1 else self.server.answers.pop(0)
        self.wfile.write(answer)
        self.wfile.flush()
        self.server.arrived.set()
        if answer.endswith(b"\n\n") and b"[DONE]" not in answer and b" 200 " in answer:
            self.server.hang.wait(30)


def stream(*chunks: dict[str, object], is_whole: bool = True) -> bytes:
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + ("data: [DONE]\n\n" if is_whole else "")
    return b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + body.encode()


def delta(**content: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": content, "finish_reason": None}]}


def finish(reason: str = "stop") -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}


def error(status: int, code: str, *headers: str) -> bytes:
    body = json.dumps({"error": {"message": f"because {code}", "type": code, "code": code}})
    lines = [f"HTTP/1.1 {status} X", "content-type: application/json", f"content-length: {len(body)}", *headers]
    return ("\r\n".join([*lines, "connection: close"]) + "\r\n\r\n" + body).encode()


@contextmanager
def serving(*answers: bytes) -> Iterator[ChatServer]:
    with ChatServer(list(answers)) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.hang.set()
        server.shutdown()


def options(server: ChatServer) -> list[str]:
    section = "providers.zoo"
    settings = {"kind": "openai-compatible", "base_url": server.url, "model": "m", "api_key_env": "ZOO_KEY"}
    flags = [f"{section}.{key}={value}" for key, value in settings.items()]
    return ["--provider", "zoo", *(word for flag in flags for word in ("--config", flag))]


KEY = {"ZOO_KEY": ZOO}
