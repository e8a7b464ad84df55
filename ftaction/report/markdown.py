"""Untrusted text in GitHub-flavoured Markdown, and how much room it takes."""

import re

from ftaction.model.plan import earlier
from ftaction.model.run import Result
from ftaction.report import words

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:-]{1,200}/[A-Za-z0-9._/-]{1,200}")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/")
_ESCAPES = {ord(char): f"\\{char}" for char in "\\`*_[]~"} | {ord(char): f"&#{ord(char)};" for char in "<>|$@&#"}
_FIRST = frozenset("0123456789-+.)=")  # what may begin a list or underline a title
_LONGEST_CELL = 500  # characters


def cell(text: str, most: int = _LONGEST_CELL) -> str:
    """Inside a table or a line: no markup, no cell border, no new line, no mention."""
    text = words.printable(text if len(text) <= most else f"{text[:most]}…").translate(_ESCAPES)
    if text.startswith(" ") or text.endswith(" "):
        text = re.sub(r"^ +| +$", lambda blank: "&#32;" * len(blank[0]), text)
    return re.sub(r"^([0-9]{0,9})([-+.)](?= |$)|=)", r"\1\\\2", text) if text[:1] in _FIRST else text


def fenced(text: str) -> str:
    """As it is, in a fence that nothing in it can end."""
    fence = "`" * max(3, _longest_ticks(text) + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def folded(title: str, content: str) -> str:
    """Behind a title that opens it. `title` is ours, `content` Markdown."""
    return f"<details><summary>{title}</summary>\n\n{content}\n</details>\n"


def proof(text: str, result: Result) -> str:
    """With a link to the run that proved it, where its address is one that can't say more than that: a record comes from a store."""
    record = earlier(result.decision)
    return linked(text, record.origin.run) if record else text


def linked(text: str, to: str) -> str:
    """Leading to an address, where that is one. `text` is Markdown."""
    return f"[{text}]({to})" if address(to) else text


def address(of: str) -> str:
    """Of a page; empty where it may be anything else."""
    return of if _ADDRESS.fullmatch(of) else ""


def quoted(path: str) -> str:
    """A path within an address (RFC 3986, 2.1)."""
    return "".join(chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in path.encode("utf-8", "surrogateescape"))


def size(*parts: str) -> int:
    """Bytes, with a new line each."""
    return sum(len(part.encode("utf-8", "replace")) + 1 for part in parts)


def tail(text: str, room: int) -> str:
    """The end of a text in so many bytes, from the beginning of a line where there is one."""
    content = text.encode("utf-8", "replace")
    if len(content) <= room:
        return text
    cut = content[len(content) - room :].decode("utf-8", "ignore")
    cut = cut.partition("\n")[2] or cut
    return f"… {len(content) - len(cut.encode()):,} bytes left out …\n{cut}"


def _longest_ticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
