"""The variables that a command of the model gets: a short list of names, and what the user adds to it.

Invariant: pure; a variable whose name says that it holds a key never enters, also if it was added. Not its job:
programs that the user configured with variables of their own, such as MCP servers.
"""

from collections.abc import Iterable, Mapping

from aircher.support.child_environment import child_environment

PASSED_NAMES = frozenset(
    {
        "HOME",
        "LANG",
        "LANGUAGE",
        "LOGNAME",
        "PATH",
        "SHELL",
        "TERM",
        "TMPDIR",
        "TZ",
        "USER",
        # where tools of languages live; without them `cargo`, `go`, `node` of a version manager are not found
        "CARGO_HOME",
        "GOPATH",
        "GOROOT",
        "JAVA_HOME",
        "NVM_DIR",
        "PYENV_ROOT",
        "RUSTUP_HOME",
        "VIRTUAL_ENV",
    }
)
"""Names that every command gets, if they are set; besides them all that begin with ``LC_``."""


def command_environment(environ: Mapping[str, str], *, added: Iterable[str] = ()) -> dict[str, str]:
    """Return the variables of ``environ`` that a command gets; ``added`` are names that the user wants passed too."""
    wanted = PASSED_NAMES.union(added)
    harmless = child_environment(environ)
    return {name: value for name, value in harmless.items() if name in wanted or name.startswith("LC_")}
