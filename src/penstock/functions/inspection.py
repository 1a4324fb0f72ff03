"""What can be said of a source without running it: its kind, hooks and imports (spec M1, L4)."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass

from penstock.functions import cautions, class_outline, syntax_tree
from penstock.functions import imports as import_statements
from penstock.functions import manifest as manifests
from penstock.functions.cautions import Caution
from penstock.functions.imports import Import
from penstock.functions.manifest import Manifest
from penstock.functions.requirement_list import name_of
from penstock.functions.shipped_packages import ALWAYS_THERE, COMPANIONS, distribution_for
from penstock.functions.source_place import error_at

_IMPOSSIBLE = re.compile("[\0\ud800-\udfff]")  # zero, and halves of surrogate pairs


@dataclass(frozen=True, slots=True)
class Inspection:
    """The outcome. `kind` and `class_name` are empty where only loading can tell (a star import may bring it)."""

    kind: str
    class_name: str
    line: int | None
    hooks: dict[str, int]  # hooks that stand in the class itself, with their lines
    imports: list[Import]
    open_webui_names: list[str]  # dotted, after `open_webui.`
    implied_requirements: list[str]  # shipped with Open WebUI, imported, and not among the requirements
    warnings: list[Caution]
    manifest: Manifest


def inspect(source: str) -> Inspection:
    """Inspect a source; raises `SourceError` with phase, line and column where it cannot be a function."""
    source = source.removeprefix("\ufeff")
    tree = parse(source)
    found = import_statements.collect(tree)
    manifest = manifests.read(source)
    outline = class_outline.find(tree)
    return Inspection(
        kind=outline.kind,
        class_name=outline.name,
        line=outline.line,
        hooks=outline.hooks,
        imports=found,
        open_webui_names=open_webui_names(found),
        implied_requirements=implied(source, found, manifest),
        warnings=[*outline.cautions, *cautions.find(tree, source, found, manifest)],
        manifest=manifest,
    )


def parse(source: str) -> ast.Module:
    """Raises `SourceError` with line and column where it is no Python."""
    source = source.removeprefix("\ufeff")
    if bad := _IMPOSSIBLE.search(source):
        before = source[: bad.start()]
        place = before.count("\n") + 1, bad.start() - before.rfind("\n")
        raise error_at(f"the character U+{ord(bad[0]):04X} cannot stand in a source", "syntax", *place)
    try:
        tree = syntax_tree.parse(source, whole=True)
    except SyntaxError as error:
        raise error_at(error.msg, "syntax", error.lineno or 1, max(error.offset or 1, 1)) from None
    except (RecursionError, MemoryError):
        raise error_at("the code is nested too deeply for Python", "syntax", 1, 1) from None
    return tree


def open_webui_names(found: list[Import]) -> list[str]:
    """Dotted paths below `open_webui` of what is imported."""
    paths = [path for item in found if item.top == "open_webui" for path in item.paths()]
    return sorted({path.removeprefix("open_webui").removeprefix(".") for path in paths} - {""})


def implied(source: str, found: list[Import], manifest: Manifest) -> list[str]:
    """Distributions that Open WebUI ships and a source uses without requiring them."""
    named = {name_of(requirement) for requirement in manifest.requirements}
    needed: set[str] = set()
    for item in found:
        if item.optional or item.top in ALWAYS_THERE or item.top in sys.stdlib_module_names:
            continue
        needed |= {shipped for path in item.paths() if (shipped := distribution_for([path]))}
    present = named | needed | ({item.top for item in found} & ALWAYS_THERE)
    for distribution, use, companion in COMPANIONS:
        if distribution in present and re.search(use, source):
            needed.add(companion)
    return sorted(distribution for distribution in needed if name_of(distribution) not in named)
