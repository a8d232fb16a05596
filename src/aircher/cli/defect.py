"""What is left of an exception that nobody expected: a sentence for the user, the traceback for the report."""

import traceback
from collections.abc import Mapping

from aircher.domain.errors import Defect
from aircher.logs.redaction import Redactor
from aircher.support.paths import user_paths


def explain(exc: Exception, environ: Mapping[str, str]) -> Defect:
    """Return the error to show; the traceback goes into a file, without secrets, and the hint says where."""
    cause: BaseException = exc
    while isinstance(cause, BaseExceptionGroup):
        cause = cause.exceptions[0]
    clean = Redactor(value for name, value in environ.items() if "KEY" in name).clean
    message = clean(f"a bug in Aircher: {type(cause).__name__}: {cause}")
    text = clean("".join(traceback.format_exception(exc)))
    path = user_paths(environ).state / "logs" / "defect.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError:
        return Defect(message, hint=f"please report this:\n{text}")
    return Defect(
        message, hint=f"please report it with {path}, or with the file of: aircher doctor --bundle report.zip"
    )
