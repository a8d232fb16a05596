"""Fits the weights of `aircher.support.token_estimate` to real vocabularies and writes ``token_weights.py``.

    python -m venv /tmp/fit && /tmp/fit/bin/pip install splintr-rs
    PYTHONPATH=src /tmp/fit/bin/python tools/fit_tokens.py FOLDER...

Needed in development only, when a vocabulary is added or a pattern changed. FOLDER is text to learn from: source trees,
documentation, JSON, and gettext catalogues (``locale/LANGUAGE/LC_MESSAGES/*.po``) for languages. The table in the
repository was fitted on Python's, Go's and Rust's own files, system headers, npm's packages, botocore's JSON and
Django's source with its catalogues in 35 languages: nothing that `benchmarks/tokens.py` measures with.

Method: up to 120 pieces of 200 to 10,000 characters a group (group = suffix of the file, or language), least squares
of the relative error with weights that may not be negative, by coordinate descent. Every third piece is held back, and
the errors printed are of those.
"""

import base64
import difflib
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import splintr

from aircher.support import token_estimate

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src/aircher/support/token_weights.py"
VOCABULARIES = {
    "o200k": "o200k_base",
    "cl100k": "cl100k_base",
    "gemma": "gemma3",
    "llama3": "llama3",
    "qwen": "qwen3",
    "deepseek": "deepseek_v3",
    "mistral": "mistral_v3",
    "glm": "glm4",
    "kimi": "kimi_k2",
    "llama2": "llama2",
}
NOT_IN_THE_MEAN = ("llama2",)
"""A vocabulary of 2023, a third of today's size: no new model has it."""
CLAUDE_LATIN, CLAUDE_WIDE, CLAUDE_4 = 1.55, 1.25, 1.22
"""Claude's vocabulary is not published; these multiply o200k's weights. Published measurements with the vendor's own
counting service: up to 4.6, 16 % more tokens than o200k in English and 30 % more in Python; from 4.7 on another 45 %
in English, 20 % in code, 30 % in JSON, none in other scripts."""
# fmt: off
SUFFIXES = (
    "c", "cpp", "css", "csv", "go", "h", "html", "java", "js", "json", "jsx", "md", "mjs", "py", "rb", "rs",
    "rst", "sh", "toml", "ts", "tsx", "txt", "xml", "yaml", "yml",
)
LANGUAGES = (
    "ar", "bg", "bn", "cs", "da", "de", "el", "es", "fa", "fi", "fr", "he", "hi", "hu", "hy", "it", "ja",
    "ka", "km", "ko", "nb", "nl", "pl", "pt", "ro", "ru", "sr", "sv", "ta", "th", "tr", "uk", "vi", "zh_Hans",
    "zh_Hant",
)
# fmt: on
GLUED = ("ja", "th", "km", "zh_Hans", "zh_Hant")
MADE_UP = ("base64", "hex", "numbers", "signs")
LEAST_WIDE, LEAST_LETTERS, LEAST_SPACES = 0.15, 0.2, 0.12
"""What a character beyond ASCII, eight letters and sixteen spaces count at least, so that no endless text and no script
that was not learnt from is taken for nothing. The longest token of spaces in o200k has 128 of them."""
PIECES = 120
FILES = 150

Pattern = tuple[int, str]
LETTERS, SPACES = (1, "a" * 8), (2, " " * 16)
PATTERNS: tuple[Pattern, ...] = (
    LETTERS,
    SPACES,
    *((1, f"-{'a' * length}") for length in (1, 5, 8, 12)),
    *((2, shape) for shape in ("p", "0", "n", "A", "AAa", "aA", "pA", "0A", "a0", "p0", "apa", "p ", " p", " pa")),
    *((2, shape) for shape in (" 0", "nt", "n  ")),
    *((0, kinds) for kinds in ("~", "q", "qq", "/.")),
    *((3, sounds) for sounds in ("vv", "vcv", "vccv", "vvv", "ccccc")),
)
SINGLE_WIDE: tuple[Pattern, ...] = tuple((0, kind) for kind in "34GRHBI1SKZOFE")
WIDE_PATTERNS: tuple[Pattern, ...] = (
    *SINGLE_WIDE,
    *((2, shape) for shape in ("nz", "zp")),
    *((0, kinds) for kinds in ("HHH", "III", "OOO", "3c", "4c", " R", " B", " I")),
    *((4, "-" + "w" * length) for length in (4, 8, 12)),
)


def catalogue(path: Path) -> str:
    """Return the translations of one gettext catalogue."""
    found = re.findall(r'^msgstr(?:\[\d\])? ((?:".*"\n?)+)', path.read_text(encoding="utf-8"), re.MULTILINE)
    texts = ["".join(json.loads(line) for line in re.findall(r'^".*"$', entry, re.MULTILINE)) for entry in found]
    return ("" if path.parts[-3] in GLUED else " ").join(text for text in texts[1:] if text)


def groups(folders: list[Path], draw: random.Random) -> Iterator[tuple[str, list[str]]]:
    """Yield the texts to learn from, by group."""
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    for suffix in SUFFIXES:
        mine = [path for path in files if path.suffix == f".{suffix}" and ".min." not in path.name]
        yield suffix, [readable(path) for path in draw.sample(mine, min(FILES, len(mine)))]
    yield "min", [readable(path) for path in files if ".min." in path.name][:FILES]
    for language in LANGUAGES:
        mine = [path for path in files if path.suffix == ".po" and path.parts[-3] == language]
        texts = [catalogue(path) for path in mine]
        draw.shuffle(texts)
        yield language, [" ".join(texts)]
    sources = [readable(path) for path in files if path.suffix in {".py", ".go", ".js", ".rs"}]
    yield "diff", [made_diff(draw.sample(sources, 2), draw) for _ in range(PIECES)]
    yield (
        "base64",
        [base64.b64encode(draw.randbytes(60_000)).decode(), base64.encodebytes(draw.randbytes(9_000)).decode()],
    )
    yield "hex", [draw.randbytes(30_000).hex(), "\n".join(draw.randbytes(20).hex() + "  src/a.py" for _ in range(900))]
    yield "numbers", ["\n".join(f"{n},{draw.uniform(0, 9999):.2f},2026-11-{n % 28 + 1:02}" for n in range(3_000))]
    yield (
        "signs",
        ["".join(draw.choice("😀🎉🚀✅❌⚠️🔥💡📦🧪→—…•│├└─█ ") + draw.choice(["", "ok ", "\n"]) for _ in range(9_000))],
    )


def made_diff(files: list[str], draw: random.Random) -> str:
    """Return what git shows when every twentieth line of the first file is replaced by one of the second."""
    before, foreign = files[0].splitlines(), files[1].splitlines() or [""]
    after = [draw.choice(foreign) if draw.random() < 0.05 else line for line in before]
    return "\n".join(difflib.unified_diff(before, after, "a/src/module.py", "b/src/module.py", lineterm=""))


def readable(path: Path) -> str:
    """Return the text of a file; bytes that are not UTF-8 are dropped."""
    return path.read_bytes()[:400_000].decode("utf-8", "ignore")


def pieces(texts: list[str], draw: random.Random) -> list[str]:
    """Cut pieces of many sizes out of the texts."""
    texts = [text for text in texts if len(text) > 200]
    if not texts:
        return []
    found = []
    for _ in range(PIECES):
        text = draw.choice(texts)
        length = int(draw.choice((300, 1_000, 3_000, 8_000)) * draw.uniform(0.7, 1.3))
        start = draw.randrange(max(1, len(text) - length))
        found.append(text[start : start + length])
    return found


def counts(text: str, *, wide: bool) -> list[int]:
    """Count every pattern in the text."""
    layers = token_estimate.layers_of(text)
    patterns = PATTERNS + WIDE_PATTERNS if wide else PATTERNS
    row = [layers[layer].count(kinds.encode()) for layer, kinds in patterns]
    return row + [0] * (len(PATTERNS) + len(WIDE_PATTERNS) - len(row))


def importance_of(group: str) -> float:
    """Return what a group weighs: programming is what the program is for, and there are 35 languages of people."""
    if group in LANGUAGES:
        return 0.12
    return 0.4 if group in MADE_UP else 1.0


def fit(rows: list[list[int]], truths: list[int], importance: list[float]) -> list[float]:
    """Return the weights that are not negative and have the least squares of relative errors."""
    width = len(rows[0])
    gram = [[0.0] * width for _ in range(width)]
    goal = [0.0] * width
    for row, truth, weight in zip(rows, truths, importance, strict=True):
        scaled = [(column, value / truth) for column, value in enumerate(row) if value]
        for column, value in scaled:
            goal[column] += weight * value
            line = gram[column]
            for other, factor in scaled:
                line[other] += weight * value * factor
    bounds = dict.fromkeys(SINGLE_WIDE, LEAST_WIDE) | {LETTERS: LEAST_LETTERS, SPACES: LEAST_SPACES}
    least = [bounds.get(pattern, 0.0) for pattern in PATTERNS + WIDE_PATTERNS]
    weights = least.copy()
    for _ in range(2_000):
        change = 0.0
        for column, line in enumerate(gram):
            if line[column] > 0:
                slope = goal[column] - sum(map(float.__mul__, line, weights))
                new = max(least[column], weights[column] + slope / line[column])
                change = max(change, abs(new - weights[column]))
                weights[column] = new
        if change < 1e-5:
            break
    return weights


def with_relatives(fitted: dict[str, list[float]]) -> dict[str, list[float]]:
    """Add the families without a vocabulary of their own: Claude's two, and the mean for the unknown."""
    known = [weights for family, weights in fitted.items() if family not in NOT_IN_THE_MEAN]
    latin = len(PATTERNS)
    claude = [w * (CLAUDE_LATIN if n < latin else CLAUDE_WIDE) for n, w in enumerate(fitted["o200k"])]
    return fitted | {
        "claude": claude,
        "claude-4": [weight * CLAUDE_4 for weight in fitted["o200k"]],
        "unknown": [sum(column) / len(known) for column in zip(*known, strict=True)],
    }


def write(fitted: dict[str, list[float]]) -> None:
    """Write the module with the table."""
    table = [
        f"    ({layer}, {kinds.encode()!r}, {', '.join(str(round(weights[n] * 1000)) for weights in fitted.values())}),"
        for n, (layer, kinds) in enumerate(PATTERNS + WIDE_PATTERNS)
    ]
    table = [line.replace("b'", 'b"').replace("',", '",') for line in table]
    names = "\n".join(f'    "{family}",' for family in fitted)
    TARGET.write_text(
        f'''"""Weights of `aircher.support.token_estimate`. Written by ``tools/fit_tokens.py``, which says how.

A row is a layer, a pattern of kinds in it, and for each of `FAMILIES` what one occurrence adds, in thousandths of a
token. Claude's two columns are multiples of o200k's, since its vocabulary is not published.
"""

# fmt: off
FAMILIES = (
{names}
)

WEIGHTS = (
{chr(10).join(table[: len(PATTERNS)])}
)
"""Counted in every text."""

WIDE_WEIGHTS = (
{chr(10).join(table[len(PATTERNS) :])}
)
"""Counted only in a text that is not ASCII."""
''',
        encoding="utf-8",
    )


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def errors_of(weights: list[float], sample: list[tuple[str, str]], rows: list[list[int]], truths: list[int]) -> str:
    """Say how far off the pieces are that were held back, and how far characters/4 is."""
    said = []
    for name, is_language in (("programming", False), ("languages", True)):
        held = [n for n in range(0, len(sample), 3) if (sample[n][0] in LANGUAGES) == is_language]
        guesses = [(n, sum(value * weight for value, weight in zip(rows[n], weights, strict=True))) for n in held]
        errors = [abs(guess / truths[n] - 1) for n, guess in guesses]
        plain = [abs(len(sample[n][1]) / 4 / truths[n] - 1) for n in held]
        said += [f"{name} p50 {quantile(errors, 0.5):.1%} p90 {quantile(errors, 0.9):.1%}"]
        said += [f"(characters/4 {quantile(plain, 0.5):.0%} {quantile(plain, 0.9):.0%})"]
    return " ".join(said)


def main(folders: list[Path]) -> None:
    draw = random.Random(20261127)
    sample = [(group, piece) for group, texts in groups(folders, draw) for piece in pieces(texts, draw)]
    sizes = {group: sum(1 for name, _ in sample if name == group) for group, _ in sample}
    rows = [counts(piece, wide=not piece.isascii()) for _, piece in sample]
    importance = [importance_of(group) / sizes[group] for group, _ in sample]
    print(f"{len(sample)} pieces of {len(sizes)} groups: {', '.join(sizes)}")
    learnt = [n for n in range(len(sample)) if n % 3]
    fitted = {}
    for family, vocabulary in VOCABULARIES.items():
        tokenizer = splintr.Tokenizer.from_pretrained(vocabulary)
        truths = [len(tokenizer.encode_ordinary(piece)) for _, piece in sample]
        fitted[family] = fit([rows[n] for n in learnt], [truths[n] for n in learnt], [importance[n] for n in learnt])
        print(f"{family:9} {errors_of(fitted[family], sample, rows, truths)}", flush=True)
    write(with_relatives(fitted))


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or sys.exit(__doc__))
