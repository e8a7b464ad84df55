"""What a source file imports, from its text alone: enough to find the packages of the same repository, and rather too much than too little."""

import re

_PYTHON = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n;#]*)|import[ \t]+([^\n;#]*))", re.MULTILINE)
_GO = re.compile(r'^import[ \t]*(?:\(([^)]*)\)|(?:[\w.]+[ \t]+)?"([^"\n]+)")', re.MULTILINE)
_GO_PATH = re.compile(r'"([^"\n]+)"|`([^`\n]+)`')
_WORD = re.compile(r"[\w.]+")
_COMMENT = re.compile(r"#[^\n]*")


def imported(path: str, text: str) -> tuple[str, ...]:
    """Dotted names for Python (`a.b` and `a.b.c` for `from a.b import c`, none for relative ones), import paths for Go; each once."""
    return tuple(dict.fromkeys(_go(text) if path.endswith(".go") else _python(text)))


def _python(text: str) -> list[str]:
    found: list[str] = []
    if "import" not in text:
        return found
    for module, names, plain in _PYTHON.findall(text.replace("\\\n", " ")):
        if plain:
            found += [word[0] for part in plain.split(",") if (word := _WORD.search(part))]
        elif not module.startswith("."):
            found.append(module)
            parts = _COMMENT.sub("", names).strip("()").split(",")
            found += [f"{module}.{word[0]}" for part in parts if (word := _WORD.search(part))]
    return found


def _go(text: str) -> list[str]:
    return [one or other for block, single in _GO.findall(text) for one, other in (_GO_PATH.findall(block) if block else [(single, "")])]
