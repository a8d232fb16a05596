"""What each command may not import: start-up time, held by its cause instead of by a stopwatch."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from aircher.cli.main import COMMANDS

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

NEVER = frozenset(
    {"textual", "mcp", "acp", "pydantic", "openai", "anthropic", "litellm", "requests", "numpy"}
    | {"keyring", "splintr", "jsonschema_rs"}
)
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
    Row(("sessions", "list"), NEVER | NETWORK | CODE_MODEL | RENDERING | WRITING_CONFIG),
    Row(("-p", "what is this?", "--provider", "offline"), NEVER | NETWORK | RENDERING | WRITING_CONFIG),
]


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
