"""What can be said of a package without running it: of its `__init__.py`, and of every other module in it (spec M6)."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from penstock.errors import SourceError
from penstock.functions import cautions, inspection, manifest
from penstock.functions import imports as import_statements
from penstock.functions.inspection import Inspection
from penstock.functions.packages import INIT, Package

_OF_THE_WHOLE = frozenset({"manifest", "newer_version"})


def inspect(source: str | Package) -> Inspection:
    """Inspect a function of one file or of several. Raises `SourceError`; in a package its `file` says where."""
    if isinstance(source, str):
        return inspection.inspect(source)
    whole = _inspected(INIT, source.source)
    for path, text in source.modules():
        if path != INIT:
            whole = _joined(whole, path, text)
    return whole


def in_file(error: SourceError, path: str) -> SourceError:
    """The same with the file of the package in front of its place."""
    separator = ", " if error.message.startswith("line ") else ": "
    return type(error)(f"{path}{separator}{error.message}", hint=error.hint, **{**error.fields, "file": path})


def _inspected(path: str, text: str) -> Inspection:
    try:
        return inspection.inspect(text)
    except SourceError as error:
        raise in_file(error, path) from None


def _joined(whole: Inspection, path: str, text: str) -> Inspection:
    try:
        tree = inspection.parse(text)
    except SourceError as error:
        raise in_file(error, path) from None
    found = import_statements.collect(tree)
    said = [each for each in cautions.find(tree, text, found, whole.manifest) if each.code not in _OF_THE_WHOLE]
    return replace(
        whole,
        imports=[*whole.imports, *found],
        open_webui_names=sorted({*whole.open_webui_names, *inspection.open_webui_names(found)}),
        implied_requirements=sorted({*whole.implied_requirements, *inspection.implied(text, found, whole.manifest)}),
        warnings=[*whole.warnings, *(structs.replace(each, file=path) for each in said)],
    )


def manifest_of(source: str | Package) -> manifest.Manifest:
    return manifest.read(source if isinstance(source, str) else source.source)
