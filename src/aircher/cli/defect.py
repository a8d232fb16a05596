"""What is left of an exception that nobody expected: a sentence for the user, the traceback for the report."""

import traceback
from collections.abc import Mapping

from aircher.config.secret_variables import secret_values
from aircher.domain.errors import Defect
from aircher.support.atomic import write_atomically
from aircher.support.paths import user_paths
from aircher.support.redaction import Redactor


def explain(exc: Exception, environ: Mapping[str, str]) -> Defect:
    """Return the error to show; the traceback goes into a file, without secrets, and the hint says where."""
    cause: BaseException = exc
    while isinstance(cause, BaseExceptionGroup):
        cause = cause.exceptions[0]
    clean = Redactor(secret_values(None, environ)).clean  # the configuration may be what is broken
    message = clean(f"a bug in Aircher: {type(cause).__name__}: {cause}")
    text = clean("".join(traceback.format_exception(exc)))
    path = user_paths(environ).state / "logs" / "defect.txt"
    try:
        path.unlink(missing_ok=True)  # an earlier one may be open to others
        write_atomically(path, text.encode("utf-8", "backslashreplace"))
    except OSError:
        return Defect(message, hint=f"please report this:\n{text}")
    return Defect(
        message, hint=f"please report it with {path}, or with the file of: aircher doctor --bundle report.zip"
    )
