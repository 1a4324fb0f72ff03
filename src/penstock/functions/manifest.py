"""What a function says of itself before any of it is run: its frontmatter and PEP 723 metadata (spec M2-M4)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

from penstock.functions import requirement_list

_LEAD = r"\A\ufeff?(?:[ \t\f]*(?:#[^\n]*)?\r?\n)*[ \t]*[rRuU]?"
_QUOTES = r"(?P<quotes>\"\"\"|'''|\"(?!\"\")|'(?!''))"
_DOCSTRING = re.compile(_LEAD + _QUOTES + r"(?P<text>.*?)(?<!\\)(?P=quotes)", re.DOTALL)
_UNCLOSED = re.compile(_LEAD + r"(?:\"\"\"|''')(?P<text>.*)", re.DOTALL)
_FIELD = re.compile(r"(?P<indent>\s*)(?P<key>[A-Za-z_][A-Za-z0-9_-]*)[ \t]*:(?!//)(?P<value>.*)")
_SCRIPT = re.compile(r"^# /// script[ \t]*$\s(?P<text>(?:^#(?:| .*)$\s)+)^# ///[ \t]*$", re.MULTILINE)
_BLOCKS = {">", "|", ">-", "|-", ">+", "|+"}  # YAML: the value stands in the lines below
_PAGE = re.compile(r"https?://(?!.*\.(?:whl|zip|tar\.\w+|tgz)(?:[?#]|$))", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\[.*\]|<.*>|none|n/a|null", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The frontmatter. `fields` has every line as written; the rest is what the well-known ones mean."""

    fields: dict[str, str] = field(default_factory=dict)
    requirements: list[str] = field(default_factory=list)
    requires_python: str = ""
    problems: tuple[str, ...] = ()

    def meaning(self, key: str) -> str:
        """The value of a field; empty where it is absent or only a placeholder."""
        value = self.fields.get(key, "").strip()
        return "" if _PLACEHOLDER.fullmatch(value) else value

    @property
    def title(self) -> str:
        return self.meaning("title")

    @property
    def author(self) -> str:
        return self.meaning("author")

    @property
    def version(self) -> str:
        return self.meaning("version")

    @property
    def description(self) -> str:
        return self.meaning("description")

    @property
    def icon_url(self) -> str:
        return self.meaning("icon_url")

    @property
    def id(self) -> str:
        return self.meaning("id")

    @property
    def required_version(self) -> str:
        return self.meaning("required_open_webui_version")


def read(source: str) -> Manifest:
    """Read the manifest of a source, which need not be valid Python."""
    fields = _fields(_docstring(source))
    script, problems = _script(source)
    listed = script.get("dependencies", [])
    declared = [item.strip() for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    requirements = list(dict.fromkeys(requirement_list.split(fields.get("requirements", "")) + declared))
    pages = [item for item in requirements if _PAGE.match(item)]
    return Manifest(
        fields=fields,
        requirements=[item for item in requirements if item not in pages],
        requires_python=str(script.get("requires-python", "")),
        problems=(*problems, *(f"`{page}` is a page and no package; it is not installed." for page in pages)),
    )


def _docstring(source: str) -> str:
    found = _DOCSTRING.match(source) or _UNCLOSED.match(source)
    return found["text"] if found else ""


def _fields(text: str) -> dict[str, str]:
    """`key: value` lines; lists and descriptions may go on in the lines below their key."""
    fields: dict[str, str] = {}
    key, indent = "", 0
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        if found := _FIELD.fullmatch(line):
            key, indent = found["key"].lower().replace("-", "_"), depth
            value = found["value"].strip()
            fields[key] = "" if value in _BLOCKS else _unquoted(value)
        elif key and line.strip() and _goes_on(line.strip(), key, fields[key], deeper=depth > indent):
            separator = "\n" if key == "requirements" or line.lstrip().startswith("- ") else " "
            fields[key] = f"{fields[key]}{separator}{line.strip()}".strip()
        elif line.strip():
            key = ""
    return fields


def _goes_on(line: str, key: str, value: str, *, deeper: bool) -> bool:
    in_list = line.startswith("- ") and (not value or value.startswith("- "))  # YAML: as deep as the key, or deeper
    return in_list or (deeper and (not value or key in ("description", "requirements")))


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def _script(source: str) -> tuple[dict[str, object], tuple[str, ...]]:
    blocks = list(_SCRIPT.finditer(source.replace("\r\n", "\n")))
    if not blocks:
        return {}, ()
    if len(blocks) > 1:
        return {}, ("The file has more than one `# /// script` block; none of them is read.",)
    lines = [line[2:] if line.startswith("# ") else line[1:] for line in blocks[0]["text"].splitlines()]
    try:
        return tomllib.loads("\n".join(lines)), ()
    except tomllib.TOMLDecodeError as error:
        return {}, (f"The `# /// script` block is not valid TOML: {error}.",)
