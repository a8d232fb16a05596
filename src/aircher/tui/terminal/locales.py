"""Whether the locale is the plain one, behind what Python makes of it. Imports nothing: the first frame needs it.

Source: PEP 538: with ``LANG=C`` and no ``LC_ALL`` the interpreter sets ``LC_CTYPE`` itself, to one of three values.
"""

from collections.abc import Mapping

_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")


def is_plain(environ: Mapping[str, str]) -> bool:
    """Return whether the user asked for a locale that knows ASCII only, whatever the interpreter has put before it."""
    if environ.get("LC_ALL"):
        return environ["LC_ALL"] in {"C", "POSIX"}
    return environ.get("LANG") in {"C", "POSIX"} and environ.get("LC_CTYPE", "C.UTF-8") in _COERCED
