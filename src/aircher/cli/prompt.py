"""``aircher -p``: one prompt, one answer."""

import argparse
import base64
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aircher import __version__
from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.session_options import session_options
from aircher.cli.stdin import read_piped
from aircher.domain.errors import AircherError, UsageError
from aircher.domain.messages import ImagePart, PromptPart, TextPart

if TYPE_CHECKING:  # a wrong command line is answered without loading the engine
    from aircher.app.options import SessionOptions
    from aircher.config import Config
    from aircher.oneshot.result import RunResult
    from aircher.oneshot.run import Dialogue
    from aircher.oneshot.sinks import Sink

IMAGE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
MAX_IMAGE_BYTES = 20 * 1024 * 1024  # the largest that any vendor takes


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Answer the prompt and return the exit code."""
    if args.version:
        context.print(f"aircher {__version__}")
        return exit_codes.DONE
    is_dialogue = args.input_format == "stream-json"
    if is_dialogue and args.output_format != "stream-json":
        hint = "--input-format stream-json --output-format stream-json"
        raise UsageError("a dialogue needs to see what is asked", hint=hint)
    if args.prompt is None and not is_dialogue:
        raise UsageError("there is nothing to do", hint='aircher -p "your question", or aircher --help')
    if args.words:
        raise UsageError(f"what is {args.words[0]!r}? A prompt is given with -p", hint="quote the whole prompt")
    import asyncio

    try:
        # what may block is read before the loop runs, where Ctrl+C works at once
        options, prompt = session_options(args, context), _prompt(args, context)
        if args.prompt is not None and args.prompt.startswith("/") and not is_dialogue:
            from aircher.cli import slash

            if found := slash.command_in(args.prompt):
                return slash.run(found, args, options, context)
        config = context.load_config()
        return asyncio.run(_answer(args, context, config, options=options, prompt=prompt))
    except AircherError as exc:
        if args.output_format in {"json", "stream-json"}:
            _print_failure(exc, context)
        raise


async def _answer(
    args: argparse.Namespace,
    context: CliContext,
    config: "Config",
    *,
    options: "SessionOptions",
    prompt: Sequence[PromptPart],
) -> int:
    from aircher.app.compose import open_session
    from aircher.oneshot.run import Signals, run_oneshot

    signals = Signals()
    async with open_session(config, options, environ=context.environ, note=context.note) as session:
        sinks = _sinks(args, context, session.skip_wait)
        result = await run_oneshot(session, prompt, sinks, signals, dialogue=_dialogue(args, context))
    if signals.received is not None:
        return exit_codes.exit_code(f"signal.{signals.received.name.lower()}")
    return _finish(result, context)


def _dialogue(args: argparse.Namespace, context: CliContext) -> "Dialogue | None":
    if args.input_format != "stream-json":
        return None
    from aircher.oneshot.run import Dialogue
    from aircher.oneshot.stream_input import lines_of

    return Dialogue(lines_of(context.stdin), context.note)


def _finish(result: "RunResult", context: CliContext) -> int:
    if result.error is None:
        refused_for_good = bool(result.denied) and not result.text.strip()
        return exit_codes.exit_code("permission.refused") if refused_for_good else exit_codes.DONE
    from aircher.cli.main import report

    report(AircherError(result.error.message, hint=result.error.hint, code=result.error.code), context.stderr)
    return exit_codes.exit_code(result.error.code)


def _prompt(args: argparse.Namespace, context: CliContext) -> tuple[PromptPart, ...]:
    if args.input_format == "stream-json":
        if args.image:
            raise UsageError("--image goes with a prompt of text", hint="leave out --input-format")
        return () if args.prompt in {None, "-"} else (TextPart(text=args.prompt),)
    piped = read_piped(context.stdin, context.stderr, deadline_s=args.timeout)
    texts = [piped] if args.prompt == "-" else [args.prompt, _as_context(piped)]
    parts: list[PromptPart] = [TextPart(text=text) for text in texts if text.strip()]
    if not parts:
        raise UsageError("the prompt is empty", hint='aircher -p "your question"')
    return (*parts, *(_image(Path(context.cwd, name)) for name in args.image))


def _as_context(piped: str) -> str:
    return f"<stdin>\n{piped}\n</stdin>" if piped.strip() else ""


def _image(path: Path) -> ImagePart:
    media_type = IMAGE_TYPES.get(path.suffix.lower())
    if media_type is None:
        raise UsageError(f"{path} is not a picture that models take", hint=f"one of: {', '.join(IMAGE_TYPES)}")
    try:
        if path.stat().st_size > MAX_IMAGE_BYTES:
            raise UsageError(f"{path} is larger than the 20 MiB that models take", hint="make it smaller")
        return ImagePart(media_type=media_type, data_base64=base64.b64encode(path.read_bytes()).decode())
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror}", hint="--image FILE") from exc


def _sinks(args: argparse.Namespace, context: CliContext, skip_wait: Callable[[], object]) -> list["Sink"]:
    from aircher.oneshot import sinks

    can_repaint = context.environ.get("TERM") != "dumb"
    can_skip = context.stdin.isatty() and context.stderr.isatty()
    status: list[Sink] = []
    if can_repaint and context.stderr.isatty():
        from aircher.oneshot.status_line import StatusLine

        status = [StatusLine(context.stderr, can_skip=can_skip)]
        status.append(sinks.FoldedThoughts(context.stderr))
    if can_skip:
        from aircher.oneshot.skip_key import SkipKey

        status.append(SkipKey(context.stdin.fileno(), skip_wait))
    return [*status, _answer_sink(args, context), sinks.Progress(context.stderr, is_verbose=context.stderr.isatty())]


def _answer_sink(args: argparse.Namespace, context: CliContext) -> "Sink":
    from aircher.oneshot import sinks

    can_render = context.environ.get("TERM") != "dumb" and "NO_COLOR" not in context.environ
    match args.output_format:
        case "json":
            return sinks.Json(context.stdout)
        case "stream-json":
            return sinks.StreamJson(context.stdout)
        case _ if args.json_schema is not None:
            return sinks.WholeText(context.stdout)
        case "text" if can_render and context.stdout.isatty():
            from aircher.oneshot.live import LiveMarkdown

            return LiveMarkdown(context.stdout)
        case _:
            return sinks.PlainText(context.stdout)


def _print_failure(error: AircherError, context: CliContext) -> None:
    """Give scripts the result object also when no session came to be."""
    from aircher.domain.events import ErrorRaised, StopReason
    from aircher.domain.ids import SessionId
    from aircher.oneshot.result import RunResult
    from aircher.oneshot.sinks import write_line

    failure = ErrorRaised(code=error.code, message=error.message, hint=error.hint)
    result = RunResult(session_id=SessionId(""), stop_reason=StopReason.ERROR, error=failure)
    write_line(context.stdout, result.to_json())
