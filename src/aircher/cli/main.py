"""The argument tree. A subcommand's parser is built only when that command is named.

Not its job: what a command does.
"""

import argparse
import errno
import io
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from aircher.cli import exit_codes, options
from aircher.domain.errors import AircherError, UsageError

if TYPE_CHECKING:  # --help needs none of it
    from aircher.cli.context import CliContext
    from aircher.tui.first_frame import FirstFrame

COMMANDS: Mapping[str, str] = {
    "audit": "what was asked, allowed and done, and whether that record was changed",
    "checkpoints": "what each call changed in the project, and what keeping that takes",
    "completion": "print a completion script for bash, zsh or fish",
    "config": "show, explain and change the configuration",
    "db": "look after the databases",
    "dev": "tools for people who change or test Aircher",
    "doctor": "check this installation and say what mends it",
    "index": "state of the project's index, or rebuild it",
    "init": "write an AGENTS.md for this project",
    "models": "list the models of the configured providers",
    "policy": "say what is allowed, and why: explain, list, lint, test and replay rules",
    "providers": "list providers, keep their keys, or test one with the cheapest real call",
    "redo": "take back the last undo",
    "search": "find places in the project",
    "sessions": "list, read, search, export and change recorded sessions",
    "undo": "take back what a session did to the project's files",
    "usage": "what was used and what it cost",
    "version": "print the version",
}
"""Every subcommand and its one sentence; its module is ``aircher.cli.<name>``."""

EXAMPLES = """examples:
  aircher
  aircher "why does the test of the parser fail?" --mode edit
  aircher -p "where is the configuration loaded?"
  git diff | aircher -p "review this change" --provider openai --model gpt-6-luna
  aircher -c -p "and which tests cover it?" --output-format json
"""


class Parser(argparse.ArgumentParser):
    """argparse, with our error in place of its own exit, and without abbreviated options that scripts would rely on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # argparse's own parameters
        super().__init__(*args, **{"allow_abbrev": False, **kwargs})

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError`."""
        raise UsageError(message, hint=f"{self.prog} --help")


def run(argv: Sequence[str], first_frame: "FirstFrame | None" = None) -> int:
    """Run the command line with the process's own surroundings and return the exit code."""
    try:
        code = _run(argv, first_frame)
        sys.stdout.flush()
    except AircherError as exc:
        report(exc, sys.stderr)
        return exit_codes.exit_code(exc.code)
    except BrokenPipeError:
        # whoever read our stdout has what it wanted
        _abandon_stdout()
        return exit_codes.DONE
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except Exception as exc:  # noqa: BLE001 - the last line of defence: a bug of ours ends in words, not in a traceback
        return _unexpected(exc)
    return code


def _unexpected(exc: Exception) -> int:
    """Report what nobody translated: a full disk behind stdout is the user's, everything else is ours."""
    if isinstance(exc, OSError) and exc.errno in {errno.ENOSPC, errno.EDQUOT, errno.EIO}:
        _abandon_stdout()
        error = AircherError(f"stdout cannot be written: {exc.strerror}", code="storage.stdout")
        error.hint = "free some space, or send the answer elsewhere; the session is kept: aircher sessions list"
    else:
        from aircher.cli.defect import explain

        error = explain(exc, os.environ)
    report(error, sys.stderr)
    return exit_codes.exit_code(error.code)


def _abandon_stdout() -> None:
    """Let what is still buffered go nowhere: the interpreter would complain while it closes stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def report(error: AircherError, stderr: TextIO) -> None:
    """Say what happened, the remedy, and the stable code."""
    from aircher.support.text import without_controls

    text = f"error[{error.code}]: {error.message}" + (f"\nhint: {error.hint}" if error.hint else "")
    print(without_controls(text), file=stderr)


def _run(argv: Sequence[str], first_frame: "FirstFrame | None") -> int:
    """Run it; a first frame that nobody took over is gone before anything is said of an error."""
    try:
        return _command(argv, first_frame)
    finally:
        if first_frame is not None:
            first_frame.take_back()


def _command(argv: Sequence[str], first_frame: "FirstFrame | None") -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    at = find_command(argv)
    if at is None:
        args = prompt_parser().parse_args(argv)
        if opens_interface(args):
            from aircher.cli.interface import run as run_interface

            return run_interface(args, _context(args), first_frame)
        if first_frame is not None:
            first_frame.take_back()
        from aircher.cli.prompt import run as run_prompt

        return run_prompt(args, _context(args))
    if first_frame is not None:
        first_frame.take_back()
    name = argv[at]
    before = Parser(prog="aircher")
    options.add(before, options.SHARED)
    args = command_parser(name).parse_args(argv[at + 1 :], before.parse_args(argv[:at]))
    module = import_module(f"aircher.cli.{name}")
    return int(module.run(args, _context(args)))


def opens_interface(args: argparse.Namespace) -> bool:
    """Return whether these arguments ask for the interface: there is no prompt to be answered and done with."""
    if args.prompt is not None or args.version or args.input_format != "text":
        return False
    return bool(args.words) or args.screen_reader or (sys.stdin is not None and sys.stdin.isatty())


def find_command(argv: Sequence[str]) -> int | None:
    """Return where the subcommand stands: the first word that is neither option nor an option's value."""
    words = iter(enumerate(argv))
    for at, word in words:
        if word in options.VALUE_OPTIONS:
            next(words, None)
        elif not word.startswith("-"):
            return at if word in COMMANDS else None
    return None


def prompt_parser(*, has_words: bool = True) -> Parser:
    """Return the parser of everything that is not a subcommand; ``has_words`` lets bare words through to an error."""
    commands = "\n".join(f"  {name:<12}{summary}" for name, summary in COMMANDS.items())
    codes = "\n".join(f"  {code:<5}{cause}" for code, cause in exit_codes.CAUSES)
    parser = Parser(
        prog="aircher",
        description="A terminal AI coding agent that speaks to any model.",
        usage="aircher [PROMPT] [options]\n       aircher -p TEXT [options]\n       aircher COMMAND [--help]",
        epilog=f"commands:\n{commands}\n\n{EXAMPLES}\nexit codes:\n{codes}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if has_words:
        parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("-p", "--prompt", metavar="TEXT", help="answer this and exit; - reads it from stdin")
    parser.add_argument(
        "-c", "--continue", dest="continue_", action="store_true", help="go on with the last session here"
    )
    parser.add_argument("-r", "--resume", metavar="ID", help="go on with this session; a unique prefix will do")
    options.add(parser, {**options.INTERFACE, **options.PROMPT, **options.SHARED})
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    return parser


def command_parser(name: str, kind: type[Parser] = Parser) -> Parser:
    """Return the parser of this subcommand, built by its own module; ``kind`` is what it and its actions' are."""
    module = import_module(f"aircher.cli.{name}")
    parser = kind(
        prog=f"aircher {name}",
        description=f"{COMMANDS[name][0].upper()}{COMMANDS[name][1:]}.",
        epilog=f"example:\n  {module.EXAMPLE}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.register(parser)
    options.add_shared(parser)
    return parser


def _context(args: argparse.Namespace) -> "CliContext":
    from aircher.cli.context import CliContext

    try:
        cwd = Path(args.cwd or ".").absolute()
    except FileNotFoundError as exc:
        raise UsageError("the folder you are in was deleted", hint="cd somewhere else, or --cwd DIR") from exc
    if not cwd.is_dir():
        raise UsageError(f"{cwd} is not a folder", hint="--cwd DIR")
    overrides = list(args.config)
    if args.log_level:
        overrides.append(f"logging.level={args.log_level}")
    return CliContext(
        environ={**os.environ, "NO_COLOR": "1"} if args.no_color else dict(os.environ),
        cwd=cwd,
        stdin=sys.stdin.buffer if sys.stdin is not None else io.BytesIO(),
        stdout=sys.stdout,
        stderr=sys.stderr,
        overrides=overrides,
    )
