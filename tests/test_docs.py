"""What the documents say is there."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
CODED = ("Reason", "ReadWarning", "PlanWarning")
INTERNAL = {"stays"}
"""Codes that no plan and no proposal ever holds."""


def _texts(value: ast.expr, named: Mapping[str, set[str]]) -> set[str]:
    """The texts that an expression may be, by what the names of its module stand for."""
    match value:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=one, orelse=other):
            return _texts(one, named) | _texts(other, named)
        case ast.Name(id=name):
            return named.get(name, set())
    return set()


def _assigned(module: ast.Module) -> Mapping[str, set[str]]:
    """What the names of a module stand for, if it is a text."""
    named: dict[str, set[str]] = defaultdict(set)
    for line in (node for node in ast.walk(module) if isinstance(node, ast.Assign)):
        match line.targets[0], line.value:
            case ast.Name(id=name), value:
                named[name] |= _texts(value, {})
            case ast.Tuple(elts=names), ast.Tuple(elts=values):
                for one, value in zip(names, values, strict=False):
                    named[ast.unparse(one)] |= _texts(value, {})
    return named


def _codes(module: ast.Module) -> Iterator[str]:
    named = _assigned(module)
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name(id=made), args=[code, *_]) if made in CODED:
                yield from _texts(code, named)


def test_each_code_of_a_reason_or_warning_is_explained() -> None:
    modules = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "app").rglob("*.py")]
    codes = {code for module in modules for code in _codes(module)} - INTERNAL
    assert {"into_block", "end_it", "no_mail", "unknown_timezone", "duplicate_uid"} <= codes
    explained = set(re.findall(r"`([a-z_]+)`", "\n".join(DOCS.values())))
    assert codes - explained == set()


@pytest.mark.parametrize("name", DOCS)
def test_the_files_that_a_document_names_are_there(name: str) -> None:
    named = re.findall(r"`((?:app|solver|tests|benchmarks|docs|config)/[\w./-]+\.\w+)`", DOCS[name])
    assert [path for path in named if not (ROOT / path).exists()] == []
