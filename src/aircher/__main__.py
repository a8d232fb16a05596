"""Where the program starts: what needs nothing is answered before anything is imported."""

import sys

from aircher import __version__


def main() -> int:
    """Run the command line and return the exit code."""
    arguments = sys.argv[1:]
    if arguments in (["version"], ["--version"]):
        sys.stdout.write(f"aircher {__version__}\n")
        return 0
    from aircher.cli.main import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
