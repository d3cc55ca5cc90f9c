"""The architecture as law: who may import whom, one clock, all sentences in the views, no personal text in events."""

import ast
import graphlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("bot", "handlers", "knowledge")

# package or module → what of ours it may import (itself always); a longer name wins over a shorter one
MAY = {
    "knowledge": set(),
    "bot.core": set(),
    "bot.store": {"bot.core"},
    "bot.channels.base": {"bot.core"},
    "bot.channels.wecom": {
        "bot.channels.amr",
        "bot.channels.base",
        "bot.channels.departments",
        "bot.channels.net",
        "bot.channels.pacing",
        "bot.channels.spelling",
        "bot.channels.tokens",
        "bot.core",
    },
    "bot.channels.dingtalk": {
        "bot.channels.amr",
        "bot.channels.base",
        "bot.channels.departments",
        "bot.channels.net",
        "bot.channels.pacing",
        "bot.channels.spelling",
        "bot.channels.tokens",
        "bot.core",
    },
    "bot.channels.console": {"bot.channels.base", "bot.core"},
    "bot.channels": {"bot.channels", "bot.core"},
    "bot.delivery": {"bot.store", "bot.core", "bot.channels.base"},
    "bot.views": {"bot.core", "bot.store", "knowledge"},
    "bot.desk": {"bot.core", "bot.store", "bot.views", "knowledge"},
    "bot.routing": {"bot.core", "bot.store", "bot.desk", "bot.views", "knowledge"},
    "handlers": {"bot.routing", "bot.desk", "bot.views", "bot.core", "knowledge"},
    "bot.web": {"bot.channels.base", "bot.core"},
    "bot.config": {"bot.core"},
    "bot.sandbox": set(),
}
EVERYTHING = (
    "bot.app",
    "bot.cast",
    "bot.city",
    "bot.cli",
    "bot.commands",
    "bot.stage",
    "bot.story",
    "bot.__main__",
    "bot",
)
"""The composition root, and what stands on top of it."""


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    paths = [path for top in OURS for path in sorted((ROOT / top).rglob("*.py")) if "migrations" not in path.parts]
    names = [".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for p in paths]
    return tuple((name, ast.parse(path.read_text("utf-8"))) for name, path in zip(names, paths, strict=True))


def imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "imports are absolute"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def rule_of(module: str) -> str | None:
    return max((p for p in MAY if within(module, p)), key=len, default=None)


def test_imports_point_only_where_they_may() -> None:
    wrong = []
    for module, tree in modules():
        rule = rule_of(module)
        if rule is None:
            assert any(module == e or (e != "bot" and within(module, e)) for e in EVERYTHING), f"{module} has no rule"
            continue
        for imported in imports(ast.walk(tree)):
            ours = any(within(imported, top) for top in OURS)
            allowed = within(imported, rule) or any(within(imported, a) for a in MAY[rule])
            # "from bot.desk import people" also yields bot.desk.people; the package itself may be named in passing
            if ours and not allowed and not any(within(a, imported) for a in (*MAY[rule], rule)):
                wrong.append(f"{module} imports {imported}")
    assert wrong == []


def test_no_module_needs_itself() -> None:
    """Not even by way of others: each can be read after those it imports at its head."""
    known = dict(modules())
    needs = {
        name: {i for i in imports(tree.body) if i in known and not within(name, i)} for name, tree in known.items()
    }
    graphlib.TopologicalSorter(needs).prepare()


@pytest.mark.parametrize(
    "reading", ["datetime.now", "datetime.utcnow", "time.time", "date.today", "time.monotonic", "perf_counter"]
)
def test_one_clock(reading: str) -> None:
    readers = set()
    for module, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(reading):
                readers.add(module)
    assert readers <= {"bot.core.clock", "bot.sandbox.clock"}, readers


def test_core_is_pure() -> None:
    allowed = {"pydantic", "bot", "__future__"}
    import sys

    for module, tree in modules():
        if within(module, "bot.core"):
            for imported in imports(ast.walk(tree)):
                top = imported.split(".")[0]
                assert top in allowed or top in sys.stdlib_module_names, f"{module} imports {imported}"


CHINESE_SENTENCE = re.compile(r"[\u4e00-\u9fff]{2,}.*[。！？，]")


def test_all_sentences_are_in_the_views() -> None:
    """Handlers and use cases decide; what people read is written in one place."""
    found = []
    for module, tree in modules():
        if not (within(module, "handlers") or within(module, "bot.desk") or within(module, "bot.delivery")):
            continue
        docs = {id(n.body[0].value) for n in ast.walk(tree)
                if isinstance(n, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                and n.body and isinstance(n.body[0], ast.Expr)}  # fmt: skip
        bare = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        for node in ast.walk(tree):
            said = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | bare
            if said and CHINESE_SENTENCE.search(node.value) and "|" not in node.value:
                found.append(f"{module}: {node.value}")
    assert found == []


def test_the_top_level_holds_nothing_unexpected() -> None:
    known = {
        "bot",
        "handlers",
        "knowledge",
        "tests",
        "pyproject.toml",
        "README.md",
        "Makefile",
        "LICENSE",
        "requirements.txt",
    }
    extra = {p.name for p in ROOT.iterdir() if not p.name.startswith(".") and not p.name.endswith(".egg-info")}
    assert extra <= known | {"build", "yunwei.toml"} | {p for p in extra if p.startswith("yunwei.db")}
