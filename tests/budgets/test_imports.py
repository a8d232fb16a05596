"""What each command may not import: start-up time, held by its cause instead of by a stopwatch."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.vendors import VENDORS, Vendor

from aircher.cli.main import COMMANDS
from aircher.testing.fake_llm.hosted import HostedFakeLlm

PROBE = """
import sys
listing = sys.argv.pop(1)
from aircher.__main__ import main
try:
    code = main()
except SystemExit as exc:
    code = exc.code or 0
with open(listing, "w") as file:
    file.write("\\n".join(sorted(sys.modules)))
raise SystemExit(code)
"""

SDKS = frozenset({"openai", "anthropic", "google", "google.genai", "ollama", "openrouter", "litellm"})
EXTRAS = frozenset({"keyring", "splintr", "jsonschema_rs"})
NEVER = SDKS | EXTRAS | frozenset({"textual", "mcp", "acp", "pydantic", "requests", "numpy"})
DATABASE = frozenset({"apsw", "sqlite3"})
NETWORK = frozenset({"httpx2", "httpcore2", "httpx", "httptools", "truststore", "anyio"})
CODE_MODEL = frozenset({"tree_sitter", "tree_sitter_python"})
RENDERING = frozenset({"pygments", "pyromark"})
WRITING_CONFIG = frozenset({"tomlkit"})
LOOP = frozenset({"asyncio", "ssl", "concurrent.futures"})
DECODING = frozenset({"msgspec", "pathspec", "tomllib"})
ALL = NEVER | DATABASE | NETWORK | CODE_MODEL | RENDERING | WRITING_CONFIG | LOOP | DECODING
INTROSPECTION = frozenset({"dataclasses", "inspect", "ast", "dis"})
"""One bare Python more: with it `aircher --help` does not keep to four times."""
ARGUMENTS = frozenset({"argparse", "dataclasses", "inspect", "pathlib", "typing"})


@dataclass(frozen=True, slots=True)
class Row:
    """A command line, what it must not import, and the exit code it ends with."""

    line: tuple[str, ...]
    barred: frozenset[str]
    exit_code: int = 0


ROWS = [
    Row(("version",), ALL | ARGUMENTS),
    Row(("--version",), ALL | ARGUMENTS),
    Row(("--help",), ALL | INTROSPECTION),
    Row(("nonsense",), ALL, exit_code=2),
    Row(("--nonsense",), ALL, exit_code=2),
    *(Row((name, "--help"), ALL) for name in sorted(COMMANDS)),
    Row(
        ("config", "get", "providers.default"),
        NEVER | DATABASE | NETWORK | CODE_MODEL | RENDERING | WRITING_CONFIG | LOOP,
    ),
    Row(
        ("config", "explain", "providers.default"),
        NEVER | DATABASE | NETWORK | CODE_MODEL | RENDERING | WRITING_CONFIG | LOOP,
    ),
    Row(("usage",), NEVER | NETWORK | CODE_MODEL | RENDERING | WRITING_CONFIG | frozenset({"asyncio", "ssl"})),
    Row(("providers", "list"), (NEVER - {"keyring"}) | DATABASE | NETWORK | CODE_MODEL | RENDERING | WRITING_CONFIG),
    Row(
        ("models", "list", "--provider", "openai", "--offline"),
        NEVER | DATABASE | NETWORK | CODE_MODEL | RENDERING | WRITING_CONFIG | LOOP,
    ),
    Row(("db", "status"), NEVER | NETWORK | CODE_MODEL | RENDERING | WRITING_CONFIG),
    Row(("checkpoints", "list"), NEVER | DATABASE | NETWORK | CODE_MODEL | RENDERING | WRITING_CONFIG),
    Row(("undo",), NEVER | DATABASE | NETWORK | CODE_MODEL | RENDERING | WRITING_CONFIG, exit_code=2),
    Row(("sessions", "list"), NEVER | NETWORK | CODE_MODEL | RENDERING | WRITING_CONFIG),
    Row(("-p", "what is this?", "--provider", "offline"), NEVER | NETWORK | RENDERING | WRITING_CONFIG),
]


WIRES: Mapping[str, frozenset[str]] = {
    "openai-chat": frozenset({"openai_chat"}),
    "openai-responses": frozenset({"openai_responses", "_responses_request", "_response_items", "_response_text"}),
    "anthropic": frozenset({"anthropic_messages", "_messages_request", "_messages_vendor", "_messages_blocks"}),
    "gemini": frozenset({"gemini_content", "_gemini_request", "_gemini_vendor", "_gemini_parts", "_gemini_schema"}),
    "ollama": frozenset({"ollama_chat", "_ollama_request", "_ollama_provider", "_ollama_calls", "_ollama_pull"}),
    "openrouter": frozenset({"openrouter_chat", "_openrouter_vendor"}),
    "of OpenAI": frozenset({"_chat_request", "_chat_vendor"}),
}
"""Modules of `aircher.providers` that speak one wire, or that few of them share."""
SPOKEN: Mapping[str, frozenset[str]] = {
    "openai-chat": frozenset({"openai-chat", "of OpenAI"}),
    "openai-responses": frozenset({"openai-responses", "of OpenAI"}),
    "openrouter": frozenset({"openrouter", "openai-chat", "of OpenAI"}),
}
"""What a vendor speaks; any other only its own wire."""
COUNTED_EXACTLY = frozenset({"openai-responses"})
"""Wires whose models' tokens the extra `tokenizers` counts, where it is installed."""

WHEN_THE_FRAME_IS_SHOWN = ("app.compose", "app.models", "app.outside", "engine", "permissions", "providers", "storage")
"""What the interface loads in a thread, once its first frame is on the screen and keys are shown."""


def imported_by(line: tuple[str, ...], folder: Path, environ: dict[str, str]) -> tuple[int, frozenset[str], str]:
    """Return the exit code, the modules that were imported in the end, and stderr."""
    listing = folder / "modules"
    done = subprocess.run(
        [sys.executable, "-c", PROBE, listing, *line],
        cwd=folder,
        env=environ | {"OPENAI_API_KEY": "not-a-key"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, frozenset(listing.read_text().split()) if listing.exists() else frozenset(), done.stderr


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row.line))
def test_a_command_imports_nothing_that_it_does_not_use(row: Row, tmp_path: Path, environ: dict[str, str]) -> None:
    exit_code, modules, stderr = imported_by(row.line, tmp_path, environ)
    assert (exit_code, sorted(modules & row.barred)) == (row.exit_code, []), stderr
    assert "aircher" in modules


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.wire)
def test_who_asks_one_vendor_imports_no_sdk_and_no_wire_of_another(
    vendor: Vendor, tmp_path: Path, environ: dict[str, str]
) -> None:
    with HostedFakeLlm() as server:
        line = ("-p", "hi", *vendor.options(server.url))
        exit_code, modules, stderr = imported_by(line, tmp_path, {**environ, **vendor.key})
    spoken = SPOKEN.get(vendor.wire, {vendor.wire})
    foreign = {f"aircher.providers.{name}" for wire in WIRES if wire not in spoken for name in WIRES[wire]}
    own = {f"aircher.providers.{name}" for name in WIRES[vendor.wire]}
    barred = NEVER | RENDERING | WRITING_CONFIG | foreign
    if vendor.wire in COUNTED_EXACTLY:
        barred -= {"splintr"}
    assert (exit_code, stderr) == (0, "")
    assert sorted(modules & barred) == []
    assert modules & own


def test_the_interface_takes_keys_before_anything_of_the_engine_is_loaded() -> None:
    listing = "import sys, aircher.app.interface.run; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True, timeout=60)
    modules = frozenset(done.stdout.split())
    later = {f"aircher.{name}" for name in WHEN_THE_FRAME_IS_SHOWN}
    barred = NEVER | DATABASE | NETWORK | CODE_MODEL | RENDERING | WRITING_CONFIG | {"aircher.tui.picking", "difflib"}
    assert sorted(modules & (barred | later)) == []


FIRST_ANSWER = """
import sys
from importlib import import_module
from aircher.app.interface.opening import ENGINE
import aircher.app.interface.run
from aircher.tui.blocks.answer import AnswerBlock
from tests.tui.markdown.looks import LOOK

for name in ENGINE:
    import_module(name)
loaded = set(sys.modules)
answer = AnswerBlock(lambda: None)
for word in ("Some *words*,", " and a\\n\\n", "second, much longer, with a [link](https://example.org)", "\\n"):
    answer.append(word)
    answer.rows(40, LOOK)
answer.finish()
print(*sorted(set(sys.modules) - loaded))
"""


def test_the_first_answer_finds_everything_loaded_that_its_frames_need() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_ANSWER], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []
