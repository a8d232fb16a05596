"""How files and symbols introduce themselves, and what part a file plays."""

import pytest

from aircher.project.roles import Role, role_of, weights_for
from aircher.project.summary import summary_of, symbol_summary


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ('#!/usr/bin/env python\n"""Sends mail.\n\nMore.\n"""\n', "python", "Sends mail."),
        ("x = 1\n", "python", ""),
        ("/*!\n * express\n * Copyright(c) 2009\n */\n'use strict'\n", "javascript", ""),
        ("/**\n * Renders pages. Then more.\n */\nvar x\n", "javascript", "Renders pages."),
        ("// Package mux routes requests.\npackage mux\n", "go", "Package mux routes requests."),
        ("// Copyright 2020 Somebody.\n\n// Package m has maths.\npackage m\n", "go", "Package m has maths."),
        ("package m\n// later words\n", "go", ""),
        ("//! Reads files quickly.\nuse std;\n", "rust", "Reads files quickly."),
        ("# Settings of the linter.\n[tool]\n", "toml", "Settings of the linter."),
        ("#include <x.h>\nint a;\n", "c", ""),
        ("# Title\n\n[![badge](x)](y)\n\n`chi` is a router. It is light.\n", "markdown", "`chi` is a router."),
        ("Title\n=====\n\n.. image:: x\n\nIt flies high.\n", "restructuredtext", "It flies high."),
        ("", "markdown", ""),
    ],
)
def test_a_file_introduces_itself_in_one_sentence(text: str, language: str, expected: str) -> None:
    assert summary_of(text, language) == expected


def test_a_long_introduction_is_cut() -> None:
    found = summary_of("word " * 200, "text")
    assert len(found) == 239 or len(found) == 240
    assert found.endswith("…")


@pytest.mark.parametrize(
    ("text", "line", "end_line", "expected"),
    [
        ('def f(\n  a,\n):\n    """Does it. And more."""\n', 1, 4, "Does it."),
        ("def f():\n    return 1\n", 1, 2, ""),
        ('A = 1\n"""How many there are."""\n', 1, 1, "How many there are."),
        ("/** Opens the door. */\nfunction f() {}\n", 2, 2, "Opens the door."),
        ("// Walk visits all nodes.\nfunc Walk() {\n}\n", 2, 3, "Walk visits all nodes."),
        ("# Takes its time.\n@slow\nclass A:\n    pass\n", 3, 4, "Takes its time."),
    ],
)
def test_a_symbol_is_summed_up_by_its_docstring_or_the_comment_above(
    text: str, line: int, end_line: int, expected: str
) -> None:
    assert symbol_summary(text.split("\n"), line, end_line) == expected


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("src/app.py", Role.SOURCE),
        ("src/sample/app.py", Role.SOURCE),
        ("tests/test_app.py", Role.TEST),
        ("pkg/mux_test.go", Role.TEST),
        ("web/app.spec.ts", Role.TEST),
        ("docs/guide.md", Role.DOCS),
        ("README", Role.DOCS),
        ("CHANGES.rst", Role.CHANGELOG),
        ("_examples/a/main.go", Role.EXAMPLE),
        ("pyproject.toml", Role.CONFIG),
        ("PKG-INFO", Role.CONFIG),
        (".github/workflows/ci.yml", Role.CONFIG),
        ("vendor/x/y.go", Role.GENERATED),
        ("uv.lock", Role.GENERATED),
        ("data/a.csv", Role.GENERATED),
        ("requirements/dev.txt", Role.GENERATED),
    ],
)
def test_a_path_tells_the_part_that_a_file_plays(path: str, role: Role) -> None:
    assert role_of(path) is role


def test_a_role_that_the_question_names_weighs_most() -> None:
    weights = weights_for({"tests", "of", "bus"})
    assert max(weights, key=lambda role: weights[role]) is Role.TEST
    plain = weights_for({"bus"})
    assert max(plain, key=lambda role: plain[role]) is Role.SOURCE
