"""Examples in docstrings are run, so that none of them lies."""

import doctest
import importlib
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"


def modules_with_examples() -> list[str]:
    return [
        ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(SOURCE.rglob("*.py"))
        if ">>> " in path.read_text("utf-8")
    ]


def test_there_are_examples() -> None:
    assert {"aircher.config.loaded", "aircher.engine.thinking"} <= set(modules_with_examples())


@pytest.mark.parametrize("name", modules_with_examples())
def test_every_example_is_true(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert failed == 0, capsys.readouterr().out
    assert tried > 0
