"""Servers that trickle, models that never end, certificates, pages: the installed program against each."""

import signal
import subprocess
import sys
from asyncio import to_thread
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread

import pytest
from tests.bad_input.wires import answering
from tests.chat_server import delta, finish, serving, stream
from tests.conftest import Aircher, Done
from tests.key_hunt import keys_in
from tests.providers.test_http import TLS, server_tls
from tests.vendors import ANTHROPIC, CHAT, OLLAMA, VENDORS, Vendor

from aircher.domain.messages import JsonObject
from aircher.testing.fake_llm.hosted import HostedFakeLlm
from aircher.testing.fake_llm.script import Answer, Script, Step, ToolCall
from aircher.testing.loopback import LoopbackServer

every_vendor = pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.wire)
LOOP = "and so on, " * 50_000
ONE_TRY = ("--config", "providers.max_retries=0")
PAGE = b"<html><head><title>Free Wi-Fi</title></head><body>log in</body></html>"
HEAD = b"HTTP/1.1 200 OK\r\nconnection: close\r\n"


class Trickle(ThreadingTCPServer):
    """Sends its bytes one by one, with a pause after each; the first ``at_once`` in one piece."""

    daemon_threads = True

    def __init__(self, answer: bytes, *, pause_s: float, at_once: int) -> None:
        super().__init__(("127.0.0.1", 0), TrickleHandler)
        self.answer = answer
        self.pause_s = pause_s
        self.at_once = at_once
        self.stopped = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class TrickleHandler(StreamRequestHandler):
    server: Trickle
    disable_nagle_algorithm = True

    def handle(self) -> None:
        try:
            self.wfile.write(self.server.answer[: self.server.at_once])
            for byte in self.server.answer[self.server.at_once :]:
                self.wfile.write(bytes([byte]))
                if self.server.stopped.wait(self.server.pause_s):
                    return
        except OSError:
            return  # the client has left


@contextmanager
def trickling(answer: bytes, *, pause_s: float, at_once: int = 0) -> Iterator[Trickle]:
    with Trickle(answer, pause_s=pause_s, at_once=at_once) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.stopped.set()
        server.shutdown()


def test_an_answer_that_trickles_arrives_whole(aircher: Aircher) -> None:
    with trickling(stream(delta(content="Hel"), delta(content="lo"), finish()), pause_s=0.001) as server:
        done = aircher("-p", "hi", *CHAT.options(server.url), environ=CHAT.key)
    assert (done.code, done.stdout, done.stderr) == (0, "Hello\n", "")


SECOND = 1.0
BEGUN = stream(delta(content="Hello"), is_whole=False)


@pytest.mark.parametrize(("at_once", "shown"), [(0, ""), (len(BEGUN), "Hello\n")], ids=["in the head", "in the middle"])
def test_a_byte_a_second_ends_at_the_deadline(aircher: Aircher, at_once: int, shown: str) -> None:
    answer = stream(delta(content="Hello"), delta(content="never"), finish())
    with trickling(answer, pause_s=SECOND, at_once=at_once) as server:
        done = aircher("-p", "hi", "--timeout", "1.5", *CHAT.options(server.url), environ=CHAT.key)
    assert (done.code, done.stdout) == (9, shown)
    assert done.stderr.startswith("error[deadline]: ")


@every_vendor
def test_a_byte_a_second_ends_with_an_interrupt(aircher: Aircher, vendor: Vendor) -> None:
    comments = HEAD + b"content-type: text/event-stream\r\n\r\n" + b": wait\n" * 1_000
    question = ("-p", "hi", "--output-format", "stream-json")
    with (
        trickling(comments, pause_s=SECOND) as server,
        subprocess.Popen(
            [sys.executable, "-m", "aircher", *question, *vendor.options(server.url)],
            env={**aircher.environ, **vendor.key},
            cwd=aircher.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        assert process.stdout is not None
        begun = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=20)
    assert (process.returncode, stderr) == (130, b"")
    assert b'"interrupted"' in stdout
    assert keys_in(begun + stdout) == []


@every_vendor
@pytest.mark.parametrize("step", [Step(text=LOOP), Step(thinking=LOOP)], ids=["text", "thinking"])
def test_a_model_that_repeats_itself_is_stopped(aircher: Aircher, vendor: Vendor, step: Step) -> None:
    with HostedFakeLlm(Script(answers=(Answer(steps=(step,)),))) as server:
        done = aircher("-p", "hi", *vendor.options(server.url), environ=vendor.key)
    assert done.code == 5
    assert done.stderr.startswith(f"error[provider.api]: {vendor.model} repeats itself without end and was stopped\n")
    assert len(done.stdout) < 50_000


@every_vendor
def test_a_model_that_calls_a_tool_forever_ends_at_the_limit_of_turns(aircher: Aircher, vendor: Vendor) -> None:
    wishes = tuple(wish(first_line=number) for number in range(1, 5))
    with HostedFakeLlm(Script(answers=wishes)) as server:
        done = aircher("-p", "hi", "--max-turns", "3", *vendor.options(server.url), environ=vendor.key)
    assert (done.code, done.stdout) == (7, "")
    assert "budget reached: 3 model calls in this turn used of 3 allowed" in done.stderr
    assert len([request for request in server.requests if request.answer is not None]) == 3


@every_vendor
def test_a_model_that_calls_the_same_again_and_again_is_stopped(aircher: Aircher, vendor: Vendor) -> None:
    with HostedFakeLlm(Script(answers=(wish(first_line=1),))) as server:
        done = aircher("-p", "hi", *vendor.options(server.url), environ=vendor.key)
    assert (done.code, done.stdout) == (7, "")
    message = "the model called read_file 3 times with the same arguments and the same result"
    assert done.stderr.startswith(f"error[budget.loop]: {message}\nhint: ")
    assert len([request for request in server.requests if request.answer is not None]) == 3


def wish(*, first_line: int) -> Answer:
    arguments: JsonObject = {"path": "README.md", "first_line": first_line}
    return Answer(steps=(Step(tool_call=ToolCall(name="read_file", arguments=arguments)),))


@pytest.mark.parametrize("vendor", [ANTHROPIC, OLLAMA], ids=lambda vendor: vendor.wire)
def test_a_portal_and_a_wrong_address_are_told_by_the_program(aircher: Aircher, vendor: Vendor) -> None:
    portal = HEAD + b"content-type: text/html\r\ncontent-length: %d\r\n\r\n" % len(PAGE) + PAGE
    with serving(portal) as server:
        url = server.url.removesuffix("/v1")
        done = aircher("-p", "hi", *ONE_TRY, *vendor.options(url), environ=vendor.key)
    assert (done.code, done.stdout) == (5, "")
    assert done.stderr.startswith(f"error[provider.stream]: {vendor.name} sent something unreadable from {url}/")
    assert f"Free Wi-Fi (a web page, not an answer of the API)\nhint: check providers.{vendor.name}." in done.stderr
    missing = b"HTTP/1.1 404 X\r\nconnection: close\r\ncontent-length: 18\r\n\r\n404 page not found"
    with serving(missing) as server:
        url = server.url.removesuffix("/v1") + "/wrong"
        done = aircher("-p", "hi", *vendor.options(url), environ=vendor.key)
    assert (done.code, done.stdout) == (5, "")
    assert f"address tried: {url}/" in done.stderr


def test_a_redirect_is_not_followed_by_the_program(aircher: Aircher) -> None:
    with serving(b"") as other, serving(redirect(other.url)) as server:
        done = aircher("-p", "hi", *CHAT.options(server.url.removesuffix("/v1")), environ=CHAT.key)
    assert (done.code, done.stdout, other.headers) == (5, "", [])
    assert f"redirected to {other.url}/elsewhere\nhint: redirects are not followed: set providers.zoo" in done.stderr
    assert len(server.headers) == 1


def redirect(url: str) -> bytes:
    head = f"HTTP/1.1 308 X\r\nconnection: close\r\nlocation: {url}/elsewhere\r\ncontent-length: 0\r\n\r\n"
    return head.encode()


async def test_a_certificate_is_trusted_that_the_variable_names(aircher: Aircher) -> None:
    environ = {**ANTHROPIC.key, "SSL_CERT_FILE": str(TLS / "certificate.pem")}
    async with LoopbackServer(answering("anthropic"), tls=server_tls()) as server:
        url = server.url
        arguments = ("-p", "hi", *ANTHROPIC.options(url))
        trusting = await to_thread(aircher, *arguments, environ=environ)
        wary = await to_thread(aircher, *arguments, environ=ANTHROPIC.key)
        mistaken = await to_thread(aircher, *arguments, environ={**environ, "SSL_CERT_FILE": "/no/such.pem"})
    assert trusting == Done(code=0, stdout="Hello\n", stderr="")
    assert (wary.code, mistaken.code) == (5, 5)
    assert wary.stderr.startswith(f"error[provider.network]: anthropic at {url} is not trusted: ")
    assert "\nhint: if a company proxy signs certificates, set SSL_CERT_FILE to its" in wary.stderr
    assert "\nhint: SSL_CERT_FILE is '/no/such.pem', which cannot be read: set it to" in mistaken.stderr
    assert len(server.requests) == 1
