"""``aircher config``: what is set, where it comes from, and how to change it."""

import argparse
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions
from aircher.domain.errors import UsageError
from aircher.support.child_environment import child_environment
from aircher.support.paths import project_root, user_paths

EXAMPLE = "aircher config set providers.default openai"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    actions = Actions(parser)
    show = actions.add("show", "everything that holds here, or one section; secrets are hidden", has_json=True)
    show.add_argument("section", nargs="?", metavar="SECTION")
    get = actions.add("get", "print one value", has_json=True)
    get.add_argument("key", metavar="KEY", help="dotted, such as providers.openai.model")
    explain = actions.add("explain", "print what every layer says about a key, and which one holds", has_json=True)
    explain.add_argument("key", metavar="KEY")
    change = actions.add("set", "write a value into a file, keeping its comments")
    change.add_argument("key", metavar="KEY")
    change.add_argument("value", metavar="VALUE", help="a TOML value, or plain text")
    unset = actions.add("unset", "remove a key from a file")
    unset.add_argument("key", metavar="KEY")
    edit = actions.add("edit", "open a file in $VISUAL or $EDITOR")
    for action in (change, unset, edit):
        action.add_argument("--project", action="store_true", help="the project's file instead of your own")
        action.add_argument("--local", action="store_true", help="the project's config.local.toml")
    actions.add("validate", "check every layer and report all mistakes")
    actions.add("schema", "print the JSON Schema of the configuration")
    actions.add("trust", "let this project's configuration name programs, servers and URLs").add_argument(
        "--revoke", action="store_true", help="take that back"
    )


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do what ``args.action`` says."""
    ACTIONS[args.action](args, context)
    return exit_codes.DONE


def _file(args: argparse.Namespace, context: CliContext) -> Path:
    if args.project and args.local:
        raise UsageError("--project and --local name two files", hint="give one of them")
    if args.project or args.local:
        name = "config.local.toml" if args.local else "config.toml"
        return project_root(context.cwd) / ".aircher" / name
    return user_paths(context.environ).config / "config.toml"


def _show(args: argparse.Namespace, context: CliContext) -> None:
    from aircher.config.loaded import redacted

    sections = redacted(context.load_config())
    if args.section is not None:
        if args.section not in sections:
            raise UsageError(f"there is no section {args.section!r}", hint=f"one of: {', '.join(sections)}")
        sections = {args.section: sections[args.section]}
    if args.json:
        context.print_json(sections)
        return
    import msgspec

    context.print(msgspec.toml.encode(_without_none(sections)).decode().rstrip())


def _without_none(value: object) -> object:
    """TOML has no word for "unset": leave such keys out."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return value


def _get(args: argparse.Namespace, context: CliContext) -> None:
    from aircher.config.loaded import known_path, redacted

    config = context.load_config()
    config.get(args.key)  # says what is wrong with the key
    value: object = redacted(config)
    for name in known_path(args.key):
        value = value[name] if isinstance(value, dict) else None
    if args.json or not isinstance(value, str):
        import msgspec

        context.print(msgspec.json.encode(value).decode())
    else:
        context.print(value)


def _explain(args: argparse.Namespace, context: CliContext) -> None:
    from aircher.config.loaded import known_path
    from aircher.config.merge import ADDED_UP

    steps = context.load_config().explain(args.key)
    if args.json:
        context.print_json(steps)
        return
    counting = [at for at, step in enumerate(steps) if step.skipped is None]
    holding = counting if known_path(args.key) in ADDED_UP else counting[-1:]
    for at, step in enumerate(steps):
        mark = "*" if at in holding else " "
        skipped = f"  (skipped: {step.skipped})" if step.skipped else ""
        context.print(f"{mark} {step.layer:<12} {step.shown:<24} {step.place}{skipped}")


def _set(args: argparse.Namespace, context: CliContext) -> None:
    from aircher.config.edit import set_value
    from aircher.config.reading import LayerName

    path = _file(args, context)
    layer: LayerName = "local" if args.local else "project" if args.project else "user"
    set_value(path, args.key, args.value, layer=layer)
    context.note(f"{args.key} is set in {path}")


def _unset(args: argparse.Namespace, context: CliContext) -> None:
    from aircher.config.edit import unset

    path = _file(args, context)
    unset(path, args.key)
    context.note(f"{args.key} is removed from {path}")


def _edit(args: argparse.Namespace, context: CliContext) -> None:
    editor = context.environ.get("VISUAL") or context.environ.get("EDITOR")
    path = _file(args, context)
    if not editor:
        raise UsageError("no editor is set", hint=f"export EDITOR=nano, or open {path} yourself")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run([*shlex.split(editor), str(path)], env=child_environment(context.environ), check=False)
    except (OSError, ValueError) as exc:
        raise UsageError(f"the editor {editor!r} cannot be started", hint="export EDITOR=nano") from exc
    if done.returncode:
        raise UsageError(f"the editor ended with code {done.returncode}", hint="export EDITOR=nano")
    _validate(args, context)


def _validate(args: argparse.Namespace, context: CliContext) -> None:  # noqa: ARG001 - all actions are called alike
    config = context.load_config()
    context.print(f"the configuration of {config.root} is valid")


def _schema(args: argparse.Namespace, context: CliContext) -> None:  # noqa: ARG001
    from aircher.config.schema import json_schema

    context.print_json(json_schema())


def _trust(args: argparse.Namespace, context: CliContext) -> None:
    from aircher.config.trust import trust, untrust

    root, paths = project_root(context.cwd), user_paths(context.environ)
    if args.revoke:
        untrust(root, paths)
        context.note(f"{root} is not trusted any more")
        return
    trust(root, paths)
    context.note(f"{root} is trusted as its configuration is now; a change of it asks again")


ACTIONS: dict[str, Callable[[argparse.Namespace, CliContext], None]] = {
    "show": _show,
    "get": _get,
    "explain": _explain,
    "set": _set,
    "unset": _unset,
    "edit": _edit,
    "validate": _validate,
    "schema": _schema,
    "trust": _trust,
}
"""What each action does."""
