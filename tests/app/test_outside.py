"""What slash commands learn of the program around them."""

import threading
from pathlib import Path

from aircher.app.options import SessionOptions
from aircher.app.outside import ProgramOutside
from aircher.config import Config


async def test_a_subcommand_runs_where_the_end_of_the_program_does_not_wait_for_it(
    project: Path, environ: dict[str, str]
) -> None:
    def subcommand(words: object) -> str:
        thread = threading.current_thread()
        return f"{words} in {thread.name}, {thread.daemon=}"

    outside = ProgramOutside(
        config=Config.load(cwd=project, environ=environ),
        options=SessionOptions(cwd=project),
        environ=environ,
        subcommand_text=subcommand,
        specs=lambda: (),
    )
    assert await outside.subcommand("doctor", "-v") == "('doctor', '-v') in aircher doctor, thread.daemon=True"
