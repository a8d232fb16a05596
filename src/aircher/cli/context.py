"""What every subcommand gets from the outside world, so that none of them reads it for itself."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from aircher.domain.records import dataclass
from aircher.support.text import without_controls

if TYPE_CHECKING:  # loaded only by the commands that need it
    from aircher.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class CliContext:
    """The process's surroundings.

    Attributes:
        environ: Its variables.
        cwd: The folder it works in (``--cwd``).
        overrides: ``KEY=VALUE`` texts of ``--config``, the strongest layer.
        stdin: Raw bytes.
        seen_on: Where a person reads what ``stdout`` only collects, as that of a slash command; ``None`` = ``stdout``.
    """

    environ: Mapping[str, str]
    cwd: Path
    stdin: BinaryIO
    stdout: TextIO
    stderr: TextIO
    overrides: Sequence[str] = ()
    seen_on: TextIO | None = None

    def load_config(self) -> "Config":
        """Return the configuration, having told its notices to stderr.

        Raises:
            ConfigError: It is wrong; the message names every mistake.
        """
        from aircher.config import Config

        config = Config.load(cwd=self.cwd, environ=self.environ, flags=self.overrides)
        for notice in config.notices:
            self.note(notice.text)
        return config

    def note(self, text: str) -> None:
        """Tell a person something that is neither answer nor error."""
        print(without_controls(f"note: {text}"), file=self.stderr)

    def print(self, text: str = "") -> None:
        """Write a line of the answer; to a terminal without the control characters of foreign text."""
        print(without_controls(text) if self.stdout.isatty() else text, file=self.stdout)

    def print_json(self, value: object) -> None:
        """Write the answer as one JSON document."""
        import msgspec

        self.print(msgspec.json.format(msgspec.json.encode(value)).decode())
