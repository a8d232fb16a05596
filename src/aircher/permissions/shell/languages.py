"""Small languages on command lines: what a sed script, an awk program, a jq filter or a file mode does.

Invariant: what is not known to the letter, or may do more than print, is `Unreadable`. Not its job: which word is one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aircher.domain.effects import Effect
from aircher.permissions.shell.awk import check_awk
from aircher.permissions.shell.nodes import Unreadable
from aircher.permissions.shell.sed import sed_files
from aircher.permissions.shell.touching import touch
from aircher.permissions.shell.values import MAX_ALTERNATIVES, Field, Kind

if TYPE_CHECKING:
    from aircher.permissions.shell.arguments import Arguments
    from aircher.permissions.shell.simple import Call

_JQ = re.compile(
    r"\$ENV\b|\$__prog|(?<![.\w\"])(?:env|import|include|input_filename|getpath/1|get_search_list|modulemeta|halt_error)\b"
)
_YQ = re.compile(r"\b(?:(?:str)?load\w*|env\w*|strenv|eval|system|exec|filename)\b|\$ENV")
_KEY_FILES = (".env", ".env.local", "certs/server.pem", "server.key", ".netrc", "id_rsa", "id_ed25519")
_OCTAL = re.compile(r"0?[0-7]{1,3}")
_SYMBOLIC = re.compile(r"[ugoa]*(?:[+=-][rwxX]*)+(?:,[ugoa]*(?:[+=-][rwxX]*)+)*")
_OPEN_TO_ALL = re.compile(r"(?:^|,)[ugoa]*[oa][ugoa]*(?:[+=-][rwxX]*)*[+=][rxX]*w")
_TELLING = re.compile(r"token|password|secret|header|credential|key|^http|url", re.IGNORECASE)
_OWN_ADDRESS = re.compile(r"remote\.[\w-]+\.(?:push)?url", re.IGNORECASE | re.ASCII)
"""What `git remote -v` prints as well."""
_CHOICE = re.compile(r"\{([^{}]*)\}")
_HIDDEN = frozenset({"-.", "--hidden", "-u", "--unrestricted", "--no-ignore", "-a", "--text"})
_AWK_VARIABLE = re.compile(r"[A-Za-z_]\w*(?<!ARGV)(?<!ARGC)(?<!ENVIRON)=", re.ASCII)


def effects_of(role: str, field: Field, call: Call, found: Arguments) -> list[Effect]:
    """Return what a word of a role does that is a language of its own."""
    match role:
        case "SENT" | "SETTINGNAME":
            return _told(role, field, call)
        case "OBJECT" | "LOCAL" | "NAMES":
            return _local(role, field, call)
        case "SED":
            return _sed(field, call)
        case "AWK":
            return _awk(field, call)
        case "JQ":
            _check(field, _JQ, "looks at more than its input")
            return []
        case "YQ":
            _check(field, _YQ, "looks at more than its input")
            if re.fullmatch(r"[\w-]+", field.text):
                raise Unreadable("gives yq a subcommand")
            is_only = len(found.operands) == 1  # then it may be the file
            return list(touch("reads", field, call.state)) if is_only else []
        case "MODE":
            _check_mode(field, is_recursive=bool(found.flags & {"-R", "--recursive"}))
            return []
        case "SUFFIX":
            return _backups(field, call, found)
        case "FORMAT" | "PAGED" | "PS" | "PAGE":
            return _plain(role, field, call)
        case "SEARCH":
            is_hidden = bool(found.flags & _HIDDEN)
            return list(touch("searches" if is_hidden or field != Field(".") else "reads", field, call.state))
        case "TYPEGLOB":
            return effects_of("GLOB", field.after(field.text.find(":") + 1), call, found)
        case "FILEREGEX":
            _check_files(field)
            return []
        case "GLOB":
            if field.kind >= Kind.ANY or (field.is_exact and field.text.startswith("!")):
                return []
            named = [Field(f"**/{name}", Kind.PATTERN) for name in glob_choices(field.text)]
            has_links = call.walker.has_links
            return [effect for one in named for effect in touch("reads", one, call.state, has_links=has_links)]
        case "INCLUDE" | "PREFIX" | "REPLACE" | "ARCHIVE" | "BASE" | "UNSET" | "SETTING":
            return []  # together with the operands
        case "AWKFILE":
            if field.is_exact and _AWK_VARIABLE.match(field.text):
                return []
            return list(touch("reads", field, call.state, has_links=call.walker.has_links))
        case "AWKVAR":
            if not field.is_exact and not _AWK_VARIABLE.match(field.text):
                raise Unreadable("sets a variable of awk that is only known when it runs")
            if not _AWK_VARIABLE.match(field.text):
                raise Unreadable("sets a variable of awk that changes what it reads")
            return []
        case _:
            raise Unreadable(f"uses a word whose meaning is not known ({role})")


def _told(role: str, field: Field, call: Call) -> list[Effect]:
    """Return what it means that something is sent, or a setting is shown."""
    match role:
        case "SETTINGNAME":
            if _OWN_ADDRESS.fullmatch(field.text) and field.is_exact:
                return []
            if not field.is_exact or _TELLING.search(field.text) or "." not in field.text:
                raise Unreadable("prints settings of git, which may hold keys")
            return []
        case _:
            if field.kind >= Kind.ANY and not field.text:
                raise Unreadable("sends something that is only known when it runs")
            _, at, name = field.text.rpartition("@")
            return list(touch("reads", Field(name, field.kind), call.state)) if at else []


def _local(role: str, field: Field, call: Call) -> list[Effect]:
    """Return the read of a file by a program that takes some words for something else than files."""
    if role == "OBJECT" and field.text.startswith("@" if field.kind is not Kind.PATTERN else ("@", "*", "?", "[")):
        raise Unreadable("may take its words from a file")
    if role == "NAMES":
        if field.text.startswith("@"):
            raise Unreadable("takes names from a file")
        return []
    if role == "LOCAL" and re.match(r"[^/]*:", field.text):
        raise Unreadable("may connect to another machine")
    return list(touch("reads", field, call.state, has_links=call.walker.has_links))


def _check_files(field: Field) -> None:
    """Return if an expression for names of files does not reach for keys."""
    try:
        is_reaching = not field.is_exact or any(re.search(field.text, name) for name in _KEY_FILES)
    except re.error:
        is_reaching = True
    if is_reaching:
        raise Unreadable("searches files that may hold keys")


def glob_choices(text: str) -> list[str]:
    """Return the patterns without alternatives that a pattern such as ``*.{js,ts}`` stands for."""
    match = _CHOICE.search(text)
    if match is None:
        if re.search(r"[{}\\]", text):
            raise Unreadable("searches files whose names cannot be told")
        return [text]
    begin, end = text[: match.start()], text[match.end() :]
    found = [name for choice in match[1].split(",") for name in glob_choices(begin + choice + end)]
    if len(found) > MAX_ALTERNATIVES:
        raise Unreadable("searches more files than are looked at")
    return found


def _plain(role: str, field: Field, call: Call) -> list[Effect]:
    if role == "PAGED":
        if re.fullmatch(r"\+(?:G|F|\d+)", field.text):
            return []
        if field.text.startswith("+"):
            raise Unreadable("gives a pager a command")
        return list(touch("reads", field, call.state, has_links=call.walker.has_links)) if field != Field("-") else []
    if role == "FORMAT" and not field.text.startswith("+"):
        raise Unreadable("sets the clock of the machine")
    if role == "PAGE" and ("/" in field.text or not field.is_exact):
        raise Unreadable("shows a page of a file")
    if role == "PS" and (
        "e" in re.sub("etime|time|user|elapsed|command|%mem|size", "", field.text) or field.kind >= Kind.ANY
    ):
        raise Unreadable("shows variables of programs, which may hold keys")
    return []


def _check(field: Field, barred: re.Pattern[str], reason: str) -> None:
    if not field.is_exact:
        if field.kind is Kind.NUMBER:
            return
        raise Unreadable("runs a filter that is only known when it runs")
    if barred.search(field.text):
        raise Unreadable(reason)


def _sed(field: Field, call: Call) -> list[Effect]:
    if not field.is_exact:
        raise Unreadable("runs a sed script that is only known when it runs")
    found: list[Effect] = []
    for verb, name in sed_files(field.text):
        found += touch(verb, Field(name), call.state, has_links=call.walker.has_links)
    return found


def _awk(field: Field, call: Call) -> list[Effect]:
    if not field.is_exact:
        raise Unreadable("runs an awk program that is only known when it runs")
    found: list[Effect] = []
    for name in check_awk(field.text):
        found += touch("writes", Field(name), call.state, has_links=call.walker.has_links)
    return found


def _check_mode(field: Field, *, is_recursive: bool) -> None:
    text = field.text
    if not field.is_exact or not (_OCTAL.fullmatch(text) or _SYMBOLIC.fullmatch(text)):
        raise Unreadable("sets rights that are special, or only known when it runs")
    if (text[-1] in "2367" and text.isdigit()) or _OPEN_TO_ALL.search(text):
        raise Unreadable("lets everybody write" + (", recursively" if is_recursive else ""))


def _backups(field: Field, call: Call, found: Arguments) -> list[Effect]:
    """Return the copies that an edit in place leaves beside the files."""
    if not field.is_exact or "/" in field.text or "*" in field.text:
        raise Unreadable("keeps copies under names that are not certain")
    files = [value for role, value in found.bound if role == "EDIT"]
    effects: list[Effect] = []
    for file in files:
        if file.kind < Kind.ANY and field.text:
            copy = Field(file.text + field.text, file.kind)
            effects += touch("writes", copy, call.state, has_links=call.walker.has_links)
    return effects
