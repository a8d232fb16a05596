"""What a parameter expands to: ``$name`` and every ``${…}``.

Invariant: as of `aircher.permissions.shell.expansion`. An expansion that can run code is `Unreadable`.
"""

import re
from fnmatch import translate

from aircher.config.secret_variables import TELLING_WORDS
from aircher.permissions.shell.arithmetic import check_text
from aircher.permissions.shell.expansion import Shell, expand_one
from aircher.permissions.shell.nodes import Parameter, Unreadable, Word
from aircher.permissions.shell.values import ANY, NUMBER, UNRESOLVED, Field, Kind, State, Variable

_NUMBERS = frozenset({"?", "#", "$", "!", "RANDOM", "SECONDS", "LINENO", "UID", "EUID", "PPID", "BASHPID", "SHLVL"})
_SAFE_TRANSFORMS = frozenset("QUuLaAKkE")


def expand_parameter(parameter: Parameter, shell: Shell, state: State) -> list[list[Field]]:
    """Return the lists of fields that the parameter may become."""
    if parameter.prefix == "#":
        return [[NUMBER]]
    if parameter.prefix == "!":
        if parameter.subscript not in {"@", "*"} and parameter.operator not in {"@", "*"}:
            raise Unreadable("takes a variable whose name is itself computed")
        elements = state.variables[parameter.name].elements if parameter.name in state.variables else None
        if elements is not None and not any(field.kind is Kind.MANY for field in elements):
            return [[Field(str(index)) for index in range(len(elements))]]
        return [[Field("", Kind.ANY if parameter.is_quoted else Kind.MANY)]]
    if parameter.subscript or parameter.name in {"@", "*"}:
        return _elements(parameter, shell, state)
    variable = lookup(parameter.name, shell, state)
    if variable.elements is not None:
        are_several = any(element.kind is Kind.PATTERN for element in variable.elements)
        variable = Variable((variable.elements if are_several else variable.elements[:1]) or (None,))
    values: list[Field | None] = []
    for value in variable.alternatives:
        values += _operated(value, parameter, shell, state)
    if any(value == ANY for value in values):  # which stands for all others too
        values = [ANY]
    found = [[value] if value is not None else [Field("")] for value in dict.fromkeys(values)]
    return found if parameter.is_quoted else [[field for field in fields if field != Field("")] for fields in found]


def lookup(name: str, shell: Shell, state: State) -> Variable:
    """Return what a variable may hold."""
    if name in state.variables:
        return state.variables[name]
    if name in _NUMBERS and ("sh" not in state.options or not name.isalpha()):
        return Variable((NUMBER, None) if name == "!" else (NUMBER,))
    if name.isdigit() and name != "0":
        if state.positional is None:
            return UNRESOLVED
        index = int(name) - 1
        if any(field.kind is Kind.PATTERN for field in state.positional):
            return Variable((*state.positional, None))  # one pattern may be several words
        return Variable((state.positional[index] if index < len(state.positional) else None,))
    match name:
        case "PWD":
            return Variable(tuple(map(Field, state.folders))) if state.folders else UNRESOLVED
        case "HOME":
            return Variable((Field(str(shell.setting.home)),))
        case "USER" if shell.setting.user:
            return Variable((Field(shell.setting.user),))
        case _ if name in shell.setting.variables:
            return Variable((Field(shell.setting.variables[name]),))
    if any(word in name.upper() for word in TELLING_WORDS):
        shell.note(f"uses the variable {name}, whose name says that it holds a secret")
    return UNRESOLVED


def _elements(parameter: Parameter, shell: Shell, state: State) -> list[list[Field]]:
    any_number = [Field("", Kind.MANY)]
    if parameter.name in {"@", "*"}:
        elements = state.positional
    else:
        variable = lookup(parameter.name, shell, state)
        elements = variable.elements
        if elements is None and len(variable.alternatives) == 1 and variable.alternatives[0] is not None:
            elements = (variable.alternatives[0],)
    subscript = parameter.subscript or parameter.name
    if subscript not in {"@", "*"} and not subscript.isdigit():
        check_text(subscript.strip("${}"), shell, state)
    if parameter.argument is not None:
        _evaluate(parameter.argument, shell, state)
        return [any_number]
    if elements is None:
        return [any_number]
    if subscript == "@" or (subscript == "*" and not parameter.is_quoted):
        return [list(elements)]
    if subscript == "*":
        is_exact = all(element.is_exact for element in elements) and "ifs" not in state.options
        return [[Field(" ".join(element.text for element in elements))]] if is_exact else [[ANY]]
    if any(element.kind is Kind.PATTERN for element in elements):  # which may be several
        return [[element] for element in dict.fromkeys((*elements, Field("")))]
    if subscript.isdigit():
        return [[elements[int(subscript)]] if int(subscript) < len(elements) else [Field("")]]
    return [[element] for element in dict.fromkeys(elements)] or [[Field("")]]


def _evaluate(word: Word, shell: Shell, state: State) -> list[Field]:
    return expand_one(word, shell, state)


def _operated(value: Field | None, parameter: Parameter, shell: Shell, state: State) -> list[Field | None]:
    operator, word = parameter.operator, parameter.argument
    if not operator or word is None:
        return [value]
    if operator == "@":
        transform = word.literal() or ""
        if len(word.parts) != 1 or transform not in _SAFE_TRANSFORMS:
            raise Unreadable("expands a variable in a way that may run code")
        return [ANY]
    argument = _evaluate(word, shell, state)
    if operator == ":":
        for field in argument:
            _check_number(field, shell, state)
        return [ANY]
    if operator.lstrip(":") in {"-", "=", "?", "+"}:
        _check_quotes(word, argument, parameter)
        return _defaulted(value, argument, parameter, shell, state)
    if value is None:
        return [Field("")]
    if "nocase" in state.options and operator[0] == "/":
        return [ANY]
    if len(argument) == 1 and argument[0].is_exact:
        return [_changed(value, operator, argument[0].text, is_plain=_is_plain(word))]
    return [ANY]


def _check_quotes(word: Word, argument: list[Field], parameter: Parameter) -> None:
    """Quotes keep blanks and patterns of a default together, which is not followed further."""
    has_quotes = any(getattr(part, "is_quoted", True) for part in word.parts)
    if has_quotes and not parameter.is_quoted and any(re.search(r"[\s*?\[]", field.text) for field in argument):
        raise Unreadable("quotes inside an expansion that is not quoted itself")


def _is_plain(word: Word) -> bool:
    return word.literal() is not None or not word.parts


def _check_number(field: Field, shell: Shell, state: State) -> None:
    if field.kind is Kind.EXACT:
        for piece in field.text.split(":"):
            check_text(piece, shell, state)
    elif field.kind is not Kind.NUMBER:
        raise Unreadable("computes with a value that may hold code")


def _defaulted(
    value: Field | None, argument: list[Field], parameter: Parameter, shell: Shell, state: State
) -> list[Field | None]:
    operator = parameter.operator
    is_colon = operator.startswith(":")
    is_missing = value is None or (is_colon and value == Field(""))
    may_be_missing = is_missing or (is_colon and value is not None and value.kind >= Kind.ANY)
    match operator.lstrip(":"):
        case "+":
            return (
                [*argument, Field("")]
                if may_be_missing and not is_missing
                else [Field("")]
                if is_missing
                else [*argument]
            )
        case "?":
            return [value]
        case "=" if may_be_missing:
            for field in argument:
                shell.assign(parameter.name, state, field)
            if not is_missing or len(argument) > 1:
                state.variables[parameter.name] = UNRESOLVED
    if is_missing:
        return [*argument]
    return [value, *argument] if may_be_missing else [value]


def _changed(value: Field, operator: str, argument: str, *, is_plain: bool) -> Field:
    """Return the value after ``#``, ``%``, ``/``, ``^`` or ``,`` with an argument that is known to the letter."""
    if not is_plain:
        return ANY
    if operator in {"%", "%%", "#", "##"} or (operator in {"/", "//"} and value.kind is Kind.PATTERN):
        if "[" in argument:
            return ANY
        if value.kind is Kind.EXACT:
            return Field(_cut(value.text, operator, argument))
        return _cut_pattern(value, operator, argument)
    if value.kind is not Kind.EXACT:
        return ANY
    if operator in {"^^", ",,"} and not argument and value.text.isascii():
        return Field(value.text.upper() if operator == "^^" else value.text.lower())
    old, _slash, new = argument.partition("/")
    if operator in {"/", "//"} and old and not re.search(r"[*?\[\\&~]", old + new):
        return Field(value.text.replace(old, new, -1 if operator == "//" else 1))
    return ANY


def _replaced_pattern(text: str, argument: str) -> Field:
    """Return what any of several names becomes if the end that they share is replaced."""
    old, _, new = argument.partition("/")
    folder, slash, name = text.rpartition("/")
    is_plain = re.fullmatch(r"[\w.-]+", old) and re.fullmatch(r"[\w.-]*\w[\w.-]*", new)
    if not is_plain or not name.endswith(old) or re.search(r"[*?\[]", folder) or old in folder:
        return ANY
    return Field(f"{folder}{slash}*{new}*", Kind.PATTERN)


def _cut(text: str, operator: str, pattern: str) -> str:
    """Return the text without the shortest or longest start or end that matches."""
    matching = re.compile(translate(pattern))
    lengths = range(len(text) + 1)
    for length in lengths if len(operator) == 1 else reversed(lengths):
        piece = text[:length] if operator[0] == "#" else text[len(text) - length :]
        if matching.fullmatch(piece):
            return text[length:] if operator[0] == "#" else text[: len(text) - length]
    return text


def _cut_pattern(value: Field, operator: str, argument: str) -> Field:
    """Return what is left of any of several names."""
    if value.kind is not Kind.PATTERN or ("**" in value.text and operator not in {"%", "##"}):
        return ANY
    if operator == "##" and argument == "*/":
        return Field(value.text.rpartition("/")[2], Kind.PATTERN)
    if operator == "%" and argument == "/*" and "/" in value.text and "**" not in value.text:
        return Field(value.text.rpartition("/")[0], Kind.PATTERN)
    is_literal = not re.search(r"[*?\[]", argument)
    if operator[0] == "%" and is_literal and value.text.endswith(argument):
        return Field(value.text.removesuffix(argument), Kind.PATTERN)
    if operator == "#" and is_literal and value.text.startswith(argument):
        return Field(value.text.removeprefix(argument), Kind.PATTERN)
    if operator in {"/", "//"}:
        return _replaced_pattern(value.text, argument)
    if operator == "%" and argument in {".*", ".?*"} and "**" not in value.text:
        stem, dot, _ = value.text.rpartition(".")
        return Field(stem if dot and "/" not in value.text[len(stem) :] else value.text + "*", Kind.PATTERN)
    return ANY
