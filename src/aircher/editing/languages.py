"""What the engine has to know about the language of a file: its grammar, and what blanks mean in it.

Invariant: data only. A language that is not here is treated with the most care: blanks mean something everywhere.
"""

from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """One language.

    Attributes:
        module: Wheel of its grammar; empty = there is none.
        function: What the wheel calls the grammar.
        has_free_spacing: Blanks around operators mean nothing.
        has_free_indentation: Blanks in front of a line mean nothing.
        has_ellipsis: ``...`` alone is a statement.
    """

    module: str = ""
    function: str = "language"
    has_free_spacing: bool = False
    has_free_indentation: bool = False
    has_ellipsis: bool = False


_UNKNOWN = Syntax()
_FREE = Syntax(has_free_indentation=True)
_C = Syntax(module="tree_sitter_c", has_free_spacing=True, has_free_indentation=True)
_CPP = Syntax(module="tree_sitter_cpp", has_free_spacing=True, has_free_indentation=True)
_JS = Syntax(module="tree_sitter_javascript", has_free_spacing=True, has_free_indentation=True)
_TS = Syntax(
    module="tree_sitter_typescript", function="language_typescript", has_free_spacing=True, has_free_indentation=True
)
_TSX = Syntax(
    module="tree_sitter_typescript", function="language_tsx", has_free_spacing=True, has_free_indentation=True
)

_TABLE: tuple[tuple[str, Syntax], ...] = (
    ("py pyi pyw", Syntax(module="tree_sitter_python", has_free_spacing=True, has_ellipsis=True)),
    ("js jsx mjs cjs", _JS),
    ("ts mts cts", _TS),
    ("tsx", _TSX),
    ("go", Syntax(module="tree_sitter_go", has_free_spacing=True, has_free_indentation=True)),
    ("rs", Syntax(module="tree_sitter_rust", has_free_spacing=True, has_free_indentation=True)),
    ("java", Syntax(module="tree_sitter_java", has_free_spacing=True, has_free_indentation=True)),
    ("c h", _C),
    ("cc cpp cxx hpp hh hxx ipp inl", _CPP),
    ("rb rake gemspec", Syntax(module="tree_sitter_ruby")),
    ("sh bash", Syntax(module="tree_sitter_bash")),
    ("cs kt kts swift scala dart css scss less json jsonc json5 proto", _FREE),
)


def syntax_of(path: str) -> Syntax:
    """Return what is known about the language of the file with this name."""
    extension = path.replace("\\", "/").rpartition("/")[2].lower().rpartition(".")[2]
    return next((syntax for extensions, syntax in _TABLE if extension in extensions.split()), _UNKNOWN)
