"""The variables for a program that Aircher starts and that has no business with the user's keys.

Invariant: pure; what is given is not changed. Not its job: programs that the user set up to handle keys
(``api_key_command``): they get everything.
"""

import re
from collections.abc import Iterable, Mapping

_HOLDS_KEY = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL)S?(?:_|$)", re.IGNORECASE)


def child_environment(environ: Mapping[str, str], *, without: Iterable[str] = ()) -> dict[str, str]:
    """Return a copy of ``environ`` without keys and without what steers git.

    A variable is left out if a part of its name between underscores is or ends in a word for a key, such as
    ``OPENAI_API_KEY``, ``AWS_SECRET_ACCESS_KEY`` or ``PGPASSWORD`` (but not ``KEYBOARD``), if its name begins with
    ``GIT_``, or if it is one of ``without``.
    """
    left_out = frozenset(without)
    return {
        name: value
        for name, value in environ.items()
        if not (name in left_out or name.startswith("GIT_") or _HOLDS_KEY.search(name))
    }
