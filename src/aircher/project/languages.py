"""The table of languages: how a file is recognised, which grammar reads it, which lines define something.

Invariant: data only; a new language is one row here and, with a grammar, one file in ``queries/``.
Not its job: reading files (`aircher.project.symbols`).
"""

import re
from functools import cache

from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """A tree-sitter grammar: the ``module`` of its wheel, the ``function`` that returns it, its ``query`` file."""

    module: str
    query: str
    function: str = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language.

    Attributes:
        name: Lower case, unique.
        extensions: Lower case, without the dot.
        filenames: Whole lower-case names that mean this language.
        grammar: ``None`` = only the line patterns.
        lines: Regular expressions tried on each line, each with a group ``name``, by kind.
        imports: Regular expressions tried on each line, with a group ``target``.
        is_data: Whether its files hold data, not code or prose; they weigh little.
    """

    name: str
    extensions: tuple[str, ...]
    filenames: tuple[str, ...] = ()
    grammar: Grammar | None = None
    lines: tuple[tuple[str, str], ...] = ()
    imports: tuple[str, ...] = ()
    is_data: bool = False


_WORD = r"(?P<name>[A-Za-z_$][\w$]*)"
_C_LIKE = (
    ("class", rf"^(?:typedef\s+)?(?:class|struct|union|enum(?:\s+class)?)\s+{_WORD}[^;]*\{{?\s*$"),
    ("constant", rf"^#\s*define\s+{_WORD}"),
    ("function", rf"^[A-Za-z_][\w\s*&:<>,]*?\b{_WORD}\s*\([^;]*$"),
)
_SCRIPT = (
    ("class", rf"^\s*(?:export\s+)?(?:default\s+)?(?:abstract\s+)?class\s+{_WORD}"),
    ("interface", rf"^\s*(?:export\s+)?(?:interface|type|enum)\s+{_WORD}"),
    ("function", rf"^\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?function\s*\*?\s*{_WORD}"),
    (
        "function",
        rf"^\s*(?:export\s+)?(?:const|let|var)\s+{_WORD}\s*=\s*(?:async\s*)?(?:function\b|\([^)]*\)\s*=>)",
    ),
)
_SCRIPT_IMPORTS = (
    r"""^\s*(?:import|export)\b[^'"]*['"](?P<target>[^'"]+)['"]""",
    r"""\brequire\(\s*['"](?P<target>[^'"]+)['"]\s*\)""",
)
_BRACES = (
    (
        "class",
        rf"^\s*(?:[a-z@]+\s+)*(?:class|struct|interface|enum|trait|protocol|object|record|extension)\s+{_WORD}",
    ),
    ("function", rf"^\s*(?:[a-z@]+\s+)*(?:fun|func|function|def|fn)\s+{_WORD}"),
)

LANGUAGES: tuple[Language, ...] = (
    Language(
        name="python",
        extensions=("py", "pyi", "pyw"),
        grammar=Grammar(module="tree_sitter_python", query="python"),
        lines=(
            ("class", rf"^\s*class\s+{_WORD}"),
            ("function", rf"^\s*(?:async\s+)?def\s+{_WORD}"),
            ("constant", r"^(?P<name>[A-Za-z_]\w*)\s*(?::[^=]+)?=[^=]"),
        ),
        imports=(r"^\s*import\s+(?P<target>[\w.]+)", r"^\s*from\s+(?P<target>[\w.]+\s+import\s+.*)"),
    ),
    Language(
        name="javascript",
        extensions=("js", "jsx", "mjs", "cjs"),
        grammar=Grammar(module="tree_sitter_javascript", query="javascript"),
        lines=_SCRIPT,
        imports=_SCRIPT_IMPORTS,
    ),
    Language(
        name="typescript",
        extensions=("ts", "mts", "cts"),
        grammar=Grammar(module="tree_sitter_typescript", query="typescript", function="language_typescript"),
        lines=_SCRIPT,
        imports=_SCRIPT_IMPORTS,
    ),
    Language(
        name="tsx",
        extensions=("tsx",),
        grammar=Grammar(module="tree_sitter_typescript", query="typescript", function="language_tsx"),
        lines=_SCRIPT,
        imports=_SCRIPT_IMPORTS,
    ),
    Language(
        name="go",
        extensions=("go",),
        grammar=Grammar(module="tree_sitter_go", query="go"),
        lines=(
            ("method", rf"^func\s+\([^)]*\)\s*{_WORD}"),
            ("function", rf"^func\s+{_WORD}"),
            ("type", rf"^type\s+{_WORD}"),
        ),
        imports=(r"""^\s*(?:import\s+)?(?:[\w.]+\s+)?"(?P<target>[\w.~/-]+)"\s*$""",),
    ),
    Language(
        name="rust",
        extensions=("rs",),
        grammar=Grammar(module="tree_sitter_rust", query="rust"),
        lines=(
            ("class", rf"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:struct|enum|trait|union|mod)\s+{_WORD}"),
            ("function", rf"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:async\s+|const\s+|unsafe\s+)*fn\s+{_WORD}"),
        ),
        imports=(r"^\s*(?:pub\s+)?use\s+(?P<target>[\w:]+)", r"^\s*(?:pub\s+)?mod\s+(?P<target>\w+)\s*;"),
    ),
    Language(
        name="java",
        extensions=("java",),
        grammar=Grammar(module="tree_sitter_java", query="java"),
        lines=_BRACES,
        imports=(r"^\s*import\s+(?:static\s+)?(?P<target>[\w.]+)",),
    ),
    Language(
        name="c",
        extensions=("c", "h"),
        grammar=Grammar(module="tree_sitter_c", query="c"),
        lines=_C_LIKE,
        imports=(r'^\s*#\s*include\s+"(?P<target>[^"]+)"',),
    ),
    Language(
        name="c++",
        extensions=("cc", "cpp", "cxx", "c++", "hpp", "hh", "hxx", "ipp", "inl"),
        grammar=Grammar(module="tree_sitter_cpp", query="cpp"),
        lines=_C_LIKE,
        imports=(r'^\s*#\s*include\s+"(?P<target>[^"]+)"',),
    ),
    Language(
        name="ruby",
        extensions=("rb", "rake", "gemspec"),
        filenames=("rakefile", "gemfile"),
        grammar=Grammar(module="tree_sitter_ruby", query="ruby"),
        lines=(
            ("class", rf"^\s*(?:class|module)\s+{_WORD}"),
            ("method", r"^\s*def\s+(?:self\.)?(?P<name>[A-Za-z_]\w*[?!=]?)"),
        ),
        imports=(r"""^\s*require(?:_relative)?\s+['"](?P<target>[^'"]+)['"]""",),
    ),
    Language(name="markdown", extensions=("md", "markdown", "mdx")),
    Language(name="restructuredtext", extensions=("rst",)),
    Language(name="text", extensions=("txt", "adoc"), filenames=("license", "copying", "authors", "notice")),
    Language(
        name="shell",
        extensions=("sh", "bash", "zsh", "fish"),
        lines=(("function", r"^\s*(?:function\s+)?(?P<name>[A-Za-z_][\w-]*)\s*\(\)\s*\{?"),),
    ),
    Language(
        name="make",
        extensions=("mk",),
        filenames=("makefile", "gnumakefile"),
        lines=(("target", r"^(?P<name>[A-Za-z][\w./-]*)\s*:(?!=)"),),
    ),
    Language(name="dockerfile", extensions=("dockerfile",), filenames=("dockerfile", "containerfile")),
    Language(
        name="toml",
        extensions=("toml",),
        lines=(("section", r"^\[+(?P<name>[^\[\]]+)\]+\s*$"),),
    ),
    Language(name="ini", extensions=("ini", "cfg", "conf"), lines=(("section", r"^\[(?P<name>[^\]]+)\]"),)),
    Language(name="yaml", extensions=("yaml", "yml"), lines=(("section", r"^(?P<name>[A-Za-z_][\w-]*):"),)),
    Language(name="json", extensions=("json", "jsonc", "json5"), is_data=True),
    Language(
        name="sql",
        extensions=("sql",),
        lines=(
            (
                "table",
                r"(?i)^\s*create\s+(?:virtual\s+)?(?:table|view|index|trigger)\s+(?:if\s+not\s+exists\s+)?(?P<name>\w+)",
            ),
        ),
    ),
    Language(
        name="php",
        extensions=("php",),
        lines=_BRACES,
        imports=(r"^\s*use\s+(?P<target>[\w\\]+)",),
    ),
    Language(name="c#", extensions=("cs",), lines=_BRACES, imports=(r"^\s*using\s+(?P<target>[\w.]+);",)),
    Language(name="kotlin", extensions=("kt", "kts"), lines=_BRACES, imports=(r"^\s*import\s+(?P<target>[\w.]+)",)),
    Language(name="swift", extensions=("swift",), lines=_BRACES),
    Language(name="scala", extensions=("scala",), lines=_BRACES, imports=(r"^\s*import\s+(?P<target>[\w.]+)",)),
    Language(name="dart", extensions=("dart",), lines=_BRACES),
    Language(name="zig", extensions=("zig",), lines=(("function", rf"^\s*(?:pub\s+)?fn\s+{_WORD}"),)),
    Language(
        name="lua",
        extensions=("lua",),
        lines=(("function", r"^\s*(?:local\s+)?function\s+(?P<name>[\w.:]+)"),),
        imports=(r"""\brequire\s*\(?\s*['"](?P<target>[^'"]+)['"]""",),
    ),
    Language(
        name="elixir",
        extensions=("ex", "exs"),
        lines=(
            ("class", r"^\s*defmodule\s+(?P<name>[\w.]+)"),
            ("function", r"^\s*defp?\s+(?P<name>\w+[?!]?)"),
        ),
    ),
    Language(name="haskell", extensions=("hs",), lines=(("function", r"^(?P<name>[a-z]\w*'*)\s*::"),)),
    Language(name="perl", extensions=("pl", "pm"), lines=(("function", rf"^\s*sub\s+{_WORD}"),)),
    Language(name="r", extensions=("r",), lines=(("function", r"^(?P<name>[\w.]+)\s*(?:<-|=)\s*function\b"),)),
    Language(
        name="protobuf",
        extensions=("proto",),
        lines=(("class", rf"^\s*(?:message|service|enum)\s+{_WORD}"), ("method", rf"^\s*rpc\s+{_WORD}")),
    ),
    Language(name="graphql", extensions=("graphql", "gql"), lines=(("type", rf"^\s*(?:type|input|enum)\s+{_WORD}"),)),
    Language(name="css", extensions=("css", "scss", "less", "tcss")),
    Language(name="html", extensions=("html", "htm", "vue", "svelte", "jinja", "j2")),
    Language(name="query", extensions=("scm",)),
    Language(name="data", extensions=("csv", "tsv", "svg", "lock", "sum", "map", "snap", "jsonl", "xml"), is_data=True),
)

_BY_NAME = {language.name: language for language in LANGUAGES}
_BY_EXTENSION = {extension: language for language in LANGUAGES for extension in language.extensions}
_BY_FILENAME = {name: language for language in LANGUAGES for name in language.filenames}


def language_of(path: str) -> Language | None:
    """Return the language of a file by its name, or ``None`` if the table does not know it."""
    name = path.rpartition("/")[2].lower()
    if (found := _BY_FILENAME.get(name)) is not None:
        return found
    return _BY_EXTENSION.get(name.rpartition(".")[2]) if "." in name else None


def language_named(name: str) -> Language | None:
    """Return the row of this name, or ``None``."""
    return _BY_NAME.get(name)


@cache
def line_patterns(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the compiled line patterns of a language, with their kinds."""
    language = _BY_NAME.get(name)
    return tuple((kind, re.compile(pattern)) for kind, pattern in language.lines) if language else ()


@cache
def import_patterns(name: str) -> tuple[re.Pattern[str], ...]:
    """Return the compiled import patterns of a language."""
    language = _BY_NAME.get(name)
    return tuple(re.compile(pattern) for pattern in language.imports) if language else ()
