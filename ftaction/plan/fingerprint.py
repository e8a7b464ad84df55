"""What a check's outcome depends on, as a readable list, and its SHA-256.

A wrong green is a fact that is missing here; a needless run is a fact too many. So each section says why it is in:

- format: the same facts written another way are other facts
- command: the line itself, its shell, its folder, the options we add, what it promises to make, and whether
  what it changes was looked for
- input: path, mode and content of every file it may read; the configuration files of its tool always count
- env: the variables it can see, by name and hashed value; none but these reach it
- toolchain: the programs it calls, their interpreter and installed packages, the lock files of their ecosystem
- platform: operating system, processor, C library, image
- need: the fingerprints of needs that have outputs, because what they make is not among the inputs
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from hashlib import scrypt, sha256
from typing import NamedTuple

from ftaction.model.check import Check, Stage
from ftaction.model.manifest import FORMAT, Change, Difference, Manifest, Section
from ftaction.plan.environment import is_secret

_SECTIONS = frozenset(section.value for section in Section)
Pairs = tuple[tuple[str, str], ...]


class Facts(NamedTuple):
    """What was found for one check beyond its files; each pair is a name and an identity."""

    env: Pairs = ()  # values in clear; hashed here
    toolchain: Pairs = ()
    platform: Pairs = ()
    needs: Pairs = ()
    options: tuple[str, ...] = ()


def narrowed(fingerprint: str) -> str:
    """Where a pass is remembered for which tests were left out: it is never found by who asks for the whole."""
    return sha256(f"narrowed {fingerprint}".encode()).hexdigest()


def inputs_list(files: Mapping[str, str], chosen: Iterable[str]) -> tuple[str, str]:
    """The lines `mode digest TAB path` of the chosen files, and their SHA-256."""
    lines = [f"{files[path]}\t{path}\n" for path in chosen]
    text = "".join(lines)
    if "\\" in text or "\r" in text or text.count("\n") != len(lines) or text.count("\t") != len(lines):  # a name must never look like two lines
        cells = (line[:-1].partition("\t") for line in lines)
        text = "".join(f"{content}\t{_escape(path)}\n" for content, _, path in cells)
    return text, _digest(text)


def manifest(check: Check, facts: Facts, inputs: tuple[str, str]) -> Manifest:
    """The readable list of everything this check's outcome depends on."""
    command = (
        ("run", repr(check.run)),
        ("shell", check.shell.value if isinstance(check.run, str) else "none"),
        ("working_directory", check.working_directory),
        ("options", _words(facts.options)),
        ("outputs", _words(check.outputs)),
        *([("stage", "mutating")] if check.stage is Stage.MUTATING else []),
    )
    sections: list[tuple[Section, Pairs]] = [
        (Section.FORMAT, (("format", str(FORMAT)),)),
        (Section.COMMAND, command),
        (Section.ENV, tuple((name, hidden(name, value)) for name, value in sorted(facts.env))),
        (Section.TOOLCHAIN, tuple(sorted(set(facts.toolchain)))),
        (Section.PLATFORM, facts.platform),
        (Section.NEED, tuple(sorted(facts.needs))),
    ]
    head = "".join(f"{section}\t{_escape(name)}\t{_escape(value)}\n" for section, pairs in sections for name, value in pairs)
    return Manifest(head=head, inputs=inputs[0], inputs_digest=inputs[1])


@lru_cache(maxsize=1024)
def hidden(name: str, value: str) -> str:
    """A variable's value as a manifest holds it, which others may read: bound to its name, and for a secret made dear to guess (RFC 7914)."""
    salted = f"{name}\0{value}".encode("utf-8", "surrogateescape")
    if not is_secret(name):
        return sha256(salted).hexdigest()
    return scrypt(salted, salt=b"ftaction variable", n=1 << 13, r=8, p=1, dklen=32).hex()


def fingerprint(of: Manifest) -> str:
    """64 hexadecimal digits."""
    return _digest(f"{of.head}{Section.INPUT}\t{of.inputs_digest}\n")


def differences(old: Manifest, new: Manifest) -> tuple[Difference, ...]:
    """Every line that was added, removed or modified, files last."""
    found = list(_compare(_head_lines(old.head), _head_lines(new.head)))
    if old.inputs_digest != new.inputs_digest:
        found += _compare(_input_lines(old.inputs), _input_lines(new.inputs))
    return tuple(found)


_NO_TOOLS = frozenset([(Section.PLATFORM, "system"), (Section.TOOLCHAIN, "git index"), (Section.TOOLCHAIN, "git history")])
"""Lines among the tools that a commit changes by itself, or that make it a machine of another kind."""


def moved(old: Manifest, new: Manifest, stand: Mapping[str, Collection[str]]) -> tuple[Difference, ...] | None:
    """What differs where that is nothing but tools and the machine; None where more does, or it is a machine of another kind.

    `stand`: for a need that could be left out as well, the fingerprints that it passed with; there the earlier manifest may hold one of them.
    """
    if old.inputs_digest != new.inputs_digest:
        return None
    before, after = _head_lines(old.head), _head_lines(new.head)
    found = []
    for one in _compare(before, after):
        if one.section is Section.NEED and before.get((one.section, one.name), "")[1:] in stand.get(one.name, ()):
            continue
        if one.section not in (Section.TOOLCHAIN, Section.PLATFORM) or (one.section, one.name) in _NO_TOOLS:
            return None
        found.append(one)
    return tuple(found)


def _compare(old: Mapping[tuple[Section, str], str], new: Mapping[tuple[Section, str], str]) -> Iterable[Difference]:
    for section, name in sorted(old.keys() | new.keys(), key=lambda key: (list(Section).index(key[0]), key[1])):
        before, after = old.get((section, name)), new.get((section, name))
        if before != after:
            change = Change.ADDED if before is None else Change.REMOVED if after is None else Change.MODIFIED
            yield Difference(section, name, change)


def _head_lines(head: str) -> dict[tuple[Section, str], str]:
    lines: dict[tuple[Section, str], str] = {}
    for line in head.split("\n"):
        section, _, rest = line.partition("\t")
        name, tab, value = rest.partition("\t")
        if tab and section in _SECTIONS:  # an earlier list comes from a store, which is never an error
            lines[Section(section), name] = f"{lines.get((Section(section), name), '')}\t{value}"
    return lines


def input_files(inputs: str) -> dict[str, str]:
    """A manifest's list of files: path -> mode and digest."""
    lines = (line.partition("\t") for line in inputs.split("\n") if line)
    return {path: content for content, _, path in lines}


def _input_lines(inputs: str) -> dict[tuple[Section, str], str]:
    return {(Section.INPUT, path): content for path, content in input_files(inputs).items()}


def _words(words: tuple[str, ...]) -> str:
    return " ".join(repr(word) for word in words)


def _escape(text: str) -> str:
    if text.isprintable() and "\\" not in text:
        return text
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
