"""What four rounds of an agent cost beyond one: read a file, edit it, run a command, answer.

The real program against a server on loopback that answers at once. Each pair of runs takes turns: one that only gets an
answer, and one that reads, edits, runs ``true`` in the sandbox and then gets the answer; the difference is what the
rounds cost after start-up: three more calls of the model, three tool calls with policy, audit, checkpoint and sandbox.
Prints a Markdown table and always exits with 0.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aircher.testing.fake_llm.hosted import HostedFakeLlm
from aircher.testing.fake_llm.script import Answer, Script, Step, ToolCall
from aircher.testing.scratch import make_scratch

ROUNDS = int(os.environ.get("ROUNDS", "15"))
AIRCHER = str(Path(sys.executable).with_name("aircher"))
WANTED_S = 0.6


@dataclass(frozen=True, slots=True)
class Sample:
    wall_s: float
    cpu_s: float


def calling(name: str, arguments: Mapping[str, object]) -> Answer:
    return Answer(steps=(Step(text="Next.\n"), Step(tool_call=ToolCall(name=name, arguments=arguments))))


ANSWER = Answer(steps=(Step(text="Done.\n"),))
EDIT = {"edits": [{"path": "basket.py", "old": "    for item in basket[:-1]:", "new": "    for item in basket:"}]}
FOUR = (
    calling("read_file", {"path": "basket.py"}),
    calling("edit_file", EDIT),
    calling("shell", {"command": "true"}),
    ANSWER,
)


def run(answers: tuple[Answer, ...], folder: Path) -> Sample:
    """Run the program once in a fresh repository, with the databases that are there already."""
    project = folder / "project"
    shutil.rmtree(project, ignore_errors=True)
    make_scratch(project)
    environ = {"HOME": str(folder), "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    with HostedFakeLlm(Script(answers=answers), tokens_per_s=1e9) as server:
        command = [AIRCHER, "-p", "mend it", "--provider", "fake", "--mode", "edit"]
        for setting in ("kind=openai-compatible", f"base_url={server.url}/v1", "model=fake-large"):
            command += ["--config", f"providers.fake.{setting}"]
        began_s = time.perf_counter()
        process = subprocess.Popen(command, cwd=project, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output, trouble = process.stdout, process.stderr
        assert output is not None
        assert trouble is not None
        said = output.read() + trouble.read()
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began_s
        process.returncode = os.waitstatus_to_exitcode(status)
        output.close()
        trouble.close()
        if process.returncode != 0 or len(server.requests) != len(answers):
            raise SystemExit(f"a run failed: {len(server.requests)} requests, {said.decode()}")
    return Sample(wall_s=wall_s, cpu_s=used.ru_utime + used.ru_stime)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(FOUR, folder)
        pairs = [(run((ANSWER,), folder), run(FOUR, folder)) for _ in range(ROUNDS)]
    print(f"Median of {ROUNDS} pairs of runs that take turns.\n")
    print("| | wall | CPU, all processes |\n|---|---|---|")
    one = [pair[0] for pair in pairs]
    four = [pair[1] for pair in pairs]
    for label, samples in (("one round (answer)", one), ("four rounds (read, edit, run, answer)", four)):
        wall_s, cpu_s = (statistics.median(getattr(s, what) for s in samples) for what in ("wall_s", "cpu_s"))
        print(f"| {label} | {wall_s:.3f} s | {cpu_s:.3f} s |")
    wall_s = statistics.median(b.wall_s - a.wall_s for a, b in pairs)
    cpu_s = statistics.median(b.cpu_s - a.cpu_s for a, b in pairs)
    print(f"| **difference; wanted ≤ {WANTED_S} s each** | **{wall_s:.3f} s** | **{cpu_s:.3f} s** |")


if __name__ == "__main__":
    main()
