"""Where the program starts: what needs nothing is answered before anything is imported."""

import os
import sys

from aircher import __version__


def main() -> int:
    """Run the command line and return the exit code."""
    _open_closed_streams()
    arguments = sys.argv[1:]
    if arguments in (["version"], ["--version"]):
        try:
            sys.stdout.write(f"aircher {__version__}\n")
            sys.stdout.flush()
        except OSError:
            pass  # the long way says what is wrong with stdout
        else:
            return 0
    from aircher.tui.first_frame import show

    first_frame = show(arguments)
    from aircher.cli.main import run

    return run(arguments, first_frame)


def _open_closed_streams() -> None:
    """Put nothing in the place of an output that was closed before the start (``>&-``): everyone may write to it."""
    if sys.stdout is None or sys.stderr is None:
        nothing = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - it lives as long as the process
        sys.stdout, sys.stderr = sys.stdout or nothing, sys.stderr or nothing


if __name__ == "__main__":
    sys.exit(main())
