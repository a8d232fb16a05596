"""Kills the whole program at random moments and checks that everything it left behind goes on.

``python benchmarks/kill9_program.py 200`` makes 200 runs of ``aircher -p`` in one home and one project: half of them
with a server on loopback that asks for tools, half offline. Each is killed after 0 to 800 ms. After every kill
``aircher db verify`` must be clean; after every fifth ``aircher -c -p`` must go on with the last session, and the
messages that it sends must be a valid transcript: every tool call has one result, right after it.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LONGEST_S = 0.8
RESUME_EVERY = 5
PIECE_EVERY_S = 0.002  # a stream that lasts, so that kills hit it
QUESTION = "where is Keeper defined?"


class Model(BaseHTTPRequestHandler):
    """Asks for a file after a question, and talks for a while after a result."""

    protocol_version = "HTTP/1.1"
    requests: list[list[dict[str, object]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.requests.append(body["messages"])
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        is_answer = body["messages"][-1]["role"] == "tool"
        try:
            for delta in _answer() if is_answer else _wish():
                self._send(json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}))
                time.sleep(PIECE_EVERY_S)
            reason = "stop" if is_answer else "tool_calls"
            self._send(json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}))
            self._send("[DONE]")
        except OSError:
            return  # the program was killed

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        pass

    def _send(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())


def _wish() -> list[dict[str, object]]:
    calls = [
        {"index": at, "id": f"call-{random.getrandbits(40)}", "function": {"name": name, "arguments": arguments}}
        for at, (name, arguments) in enumerate(
            [("read_file", '{"path": "keeper.py"}'), ("search", '{"query": "Keeper"}')]
        )
    ]
    return [{"content": "Let me look."}, {"tool_calls": calls}]


def _answer() -> list[dict[str, object]]:
    return [{"content": "word "} for _ in range(100)]


def transcript_mistakes(messages: Sequence[Mapping[str, object]]) -> list[str]:
    """Return what a strict server would refuse in these messages."""
    found: list[str] = []
    awaited: list[object] = []
    for at, message in enumerate(messages):
        if message["role"] == "tool":
            if message["tool_call_id"] not in awaited:
                found.append(f"message {at}: a result without a call")
            else:
                awaited.remove(message["tool_call_id"])
            continue
        if awaited:
            found.append(f"message {at}: {len(awaited)} calls before it have no result")
        calls = message.get("tool_calls") or []
        assert isinstance(calls, list)
        awaited = [call["id"] for call in calls]
    return found + ([f"at the end: {len(awaited)} calls have no result"] if awaited else [])


class Program:
    """``aircher`` with a home of its own, in a project with one file."""

    def __init__(self, folder: Path, url: str) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "keeper.py").write_text('class Keeper:\n    """Feeds animals."""\n')
        settings = {"kind": "openai-compatible", "base_url": url, "model": "m"}
        self.server = [word for key, value in settings.items() for word in ("--config", f"providers.zoo.{key}={value}")]
        (folder / "home").mkdir()
        self.environ = {"HOME": str(folder / "home"), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "aircher", *arguments],
            cwd=self.project,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def done(self, *arguments: str) -> tuple[int, str]:
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=60)
        return process.returncode, (out + err).decode(errors="replace")


def kill_one(program: Program, *, at: int) -> bool:
    """Start a run, kill it, and return whether the kill came before its own end."""
    answerer = ["--provider", "zoo", *program.server] if at % 2 else ["--provider", "offline"]
    goes_on = ["-c"] if at % 4 >= 2 else []
    with program.start("-p", QUESTION, *goes_on, *answerer) as process:
        try:
            process.wait(random.uniform(0, LONGEST_S))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
    return process.returncode == -signal.SIGKILL


def main(runs: int) -> int:
    """Kill ``runs`` programs, print a table, and return 1 if anything was broken."""
    seen: Counter[str] = Counter()
    faults: list[str] = []
    Model.requests = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Model) as server, tempfile.TemporaryDirectory() as folder:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        program = Program(Path(folder), f"http://127.0.0.1:{server.server_port}/v1")
        for at in range(runs):
            seen["killed before its end" if kill_one(program, at=at) else "ended before the kill"] += 1
            code, said = program.done("db", "verify")
            seen["database check clean"] += code == 0
            faults += [f"run {at}: db verify: {said}"] if code else []
            if at % RESUME_EVERY == RESUME_EVERY - 1:
                code, said = program.done("-c", "-p", "and now?", "--provider", "zoo", *program.server)
                seen["resumed"] += code == 0
                seen["calls repaired"] += "marked as interrupted" in said
                faults += [f"run {at}: resume ended in {code}: {said}"] if code else []
        server.shutdown()
    mistakes = [(at, text) for at, messages in enumerate(Model.requests) for text in transcript_mistakes(messages)]
    faults += [f"request {at}: {text}" for at, text in mistakes]
    seen["requests with a valid transcript"] = len(Model.requests) - len({at for at, _ in mistakes})
    print("| what was seen | times |\n|---|---|")
    wanted = {"database check clean": runs, "resumed": runs // RESUME_EVERY}
    wanted["requests with a valid transcript"] = len(Model.requests)
    for name, count in sorted(seen.items()):
        print(f"| {name} | {count}{f' of {wanted[name]}' if name in wanted else ''} |")
    print("\n".join(faults), file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
