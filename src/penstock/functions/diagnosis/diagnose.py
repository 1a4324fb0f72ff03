"""Everything that can be told of a function before any of it is run."""

from __future__ import annotations

from msgspec import Struct, structs

from penstock.errors import SourceError
from penstock.functions import manifest as manifests
from penstock.functions import package_inspection, syntax_tree
from penstock.functions.diagnosis import blocking, deprecated, impossible, names_used, needs, shared_state
from penstock.functions.diagnosis.code import Code
from penstock.functions.diagnosis.finding import SEVERITIES, Finding
from penstock.functions.diagnosis.locating import located
from penstock.functions.diagnosis.needs import Needs
from penstock.functions.diagnosis.offered import Offered
from penstock.functions.packages import INIT, Package


class Diagnosis(Struct, frozen=True):
    """`kind` is empty where only loading can tell, or where the source cannot be a function at all."""

    kind: str = ""
    title: str = ""
    version: str = ""
    author: str = ""
    hooks: list[str] = []
    needs: Needs = Needs()
    findings: list[Finding] = []

    @property
    def works(self) -> bool:
        """Whether nothing is known that keeps it, or a part of it, from working here."""
        return all(finding.severity != "error" for finding in self.findings)


def diagnose(source: str | Package, offered: Offered) -> Diagnosis:
    """The diagnosis of a source, or of a package with all its modules. Never raises for what is in it."""
    try:
        text = source.source if isinstance(source, Package) else source
        manifest = manifests.read(text)
        inspected = package_inspection.inspect(source)
    except SourceError as error:
        manifest = manifests.read(source) if isinstance(source, str) else manifests.read("")
        phase = str(error.fields.get("phase") or "source")
        line, column, file = (error.fields.get(name) for name in ("line", "column", "file"))
        finding = Finding(phase, "error", error.message, line, error.hint, "" if file in (None, INIT) else file, column)
        return Diagnosis("", manifest.title, manifest.version, manifest.author, [], Needs(), [finding])
    modules = [("", text)] if isinstance(source, str) else list(source.modules())
    codes = [(path, _code(module)) for path, module in modules]
    found = [impossible.from_caution(caution) for caution in inspected.warnings]
    for path, code in codes:
        said = [
            *names_used.find(code, offered),
            *impossible.find(code),
            *blocking.find(code),
            *deprecated.find(code),
            *shared_state.find(code),
        ]
        found += [structs.replace(each, file="" if path == INIT else path) for each in said]
    hosts = [host for _, code in codes for host in needs.hosts(code)]
    needed = Needs(
        requirements=manifest.requirements,
        implied=inspected.implied_requirements,
        hosts=hosts,
        open_webui=inspected.open_webui_names,
        rights=[right for _, code in codes for right in needs.rights(code, hosts)],
        environment=[name for _, code in codes for name in impossible.environment(code)],
    )
    lines = {"" if path == INIT else path: module.splitlines() for path, module in modules}
    found = [located(each, lines.get(each.file, [])) for each in found]
    found.sort(key=lambda finding: (SEVERITIES.index(finding.severity), finding.place))
    return Diagnosis(
        inspected.kind,
        manifest.title,
        manifest.version,
        manifest.author,
        list(inspected.hooks),
        needed,
        list(dict.fromkeys(found)),
    )


def _code(source: str) -> Code:
    source = source.removeprefix("\ufeff")
    return Code(syntax_tree.parse(source), source)
