"""How things are mutated: first anything, byte by byte; then with every sum made right, so that the readers behind the sums are reached."""

import json
from collections.abc import Callable
from hashlib import sha256
from random import Random
from typing import Any, NamedTuple

from tests.mutations import forge
from tests.mutations.material import FOREIGN, HERE, Material

Bytes = Callable[[Random, bytes], bytes]


def flip(random: Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(random.choice((1, 1, 1, 2, 8))):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def cut(random: Random, content: bytes) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def drop(random: Random, content: bytes) -> bytes:
    start = random.randrange(len(content) + 1)
    return content[:start] + content[start + random.choice((1, 8, 300)) :]


def double(random: Random, content: bytes) -> bytes:
    start = random.randrange(len(content) + 1)
    return content[:start] + content[start : start + random.choice((1, 8, 300))] * 2 + content[start:]


def splice(random: Random, content: bytes) -> bytes:
    one, other = sorted((random.randrange(len(content) + 1), random.randrange(len(content) + 1)))
    return content[:one] + content[other:] + content[one:other]


def number(random: Random, content: bytes) -> bytes:
    """Numbers at the edge of what their types hold."""
    start = random.randrange(len(content) + 1)
    size = random.choice((1, 2, 4, 8))
    value = random.choice((0, 1, 0x7F, (1 << 8 * size) - 1, 1 << (8 * size - 1)))
    return content[:start] + (value % (1 << 8 * size)).to_bytes(size, random.choice(("little", "big"))) + content[start + size :]


BLUNT: tuple[Bytes, ...] = (flip, cut, drop, double, splice, number)

_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1.5, 1 << 70, 10**400, float("inf"), float("nan"), "", "x", "../../x", "\ud800", "\0", "0" * 64, "f" * 64, [], {}, [[]],
    ["a"], {"a": 1}, "passed", "failed", "protected", "fork", HERE.ref, HERE.repository, "refs/pull/1/merge", "[" * 1000,
)  # fmt: skip


def odd_json(random: Random, value: Any) -> Any:
    """The same with one thing in it replaced, taken out, doubled, or exchanged with another one."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        name = random.choice(list(value))
        what = random.randrange(5)
        if what == 0:
            return {one: other for one, other in value.items() if one != name}
        if what == 1:
            other = random.choice(list(value))
            return {**value, name: value[other], other: value[name]}
        return {**value, name: odd_json(random, value[name])}
    if isinstance(value, list) and value and random.random() < 0.9:
        at = random.randrange(len(value))
        what = random.randrange(5)
        if what == 0:
            return [*value[:at], *value[at + 1 :]]
        if what == 1:
            return [*value, value[at]]
        return [*value[:at], odd_json(random, value[at]), *value[at + 1 :]]
    if isinstance(value, str) and value and random.random() < 0.4:
        return flip(random, value.encode("utf-8", "replace")).decode("utf-8", "replace")
    if isinstance(value, int) and random.random() < 0.4:
        return value + random.choice((-1, 1, 255, 1 << 32))
    return random.choice(_ODD)


class Mutant(NamedTuple):
    """`how` it was made."""

    how: str
    content: bytes


def bundles(random: Random, of: Material, original: bytes) -> Mutant:
    """Of one bundle."""
    how = random.choice((_blunt, _inside, _index, _records, _contents, _names, _others, _relabelled))
    return Mutant(how.__name__, how(random, of, original))


def _blunt(random: Random, _: Material, original: bytes) -> bytes:
    return random.choice(BLUNT)(random, original)


def _inside(random: Random, _: Material, original: bytes) -> bytes:
    """Within the frame, with the sum made right."""
    return forge.repacked(original, random.choice(BLUNT)(random, forge.unpacked(original)))


def _index(random: Random, _: Material, original: bytes) -> bytes:
    inner = forge.unpacked(original)
    end = 8 + int.from_bytes(inner[:8], "big")
    index = json.dumps(odd_json(random, json.loads(inner[8:end]))).encode()
    return forge.repacked(original, len(index).to_bytes(8, "big") + index + inner[end:])


def _records(random: Random, _: Material, original: bytes) -> bytes:
    parts = forge.opened(original)
    name = random.choice(list(parts.records))
    record = json.dumps(odd_json(random, json.loads(parts.contents[name]))).encode()
    return _put(parts, original, {**parts.contents, name: record})


def _contents(random: Random, _: Material, original: bytes) -> bytes:
    """Any entry bluntly, its digest as it was."""
    parts = forge.opened(original)
    name = random.choice(list(parts.contents))
    return _put(parts, original, {**parts.contents, name: random.choice(BLUNT)(random, parts.contents[name])})


def _names(random: Random, _: Material, original: bytes) -> bytes:
    """Contents under each other's names, another key's record among them."""
    parts = forge.opened(original)
    kind = random.choice(("ac/", "cas/", ""))
    names = [name for name in parts.contents if name.startswith(kind)]
    one, other = random.choice(names), random.choice(names)
    swapped = {one: parts.contents[other], **({other: parts.contents[one]} if random.random() < 0.5 else {})}
    return _put(parts, original, {**parts.contents, **swapped})


def _others(random: Random, of: Material, original: bytes) -> bytes:
    """A whole record of another check, with the fingerprint made to fit or not, by another origin or not."""
    parts = forge.opened(original)
    record = dict(parts.record(random.choice(list(of.fingerprints)))[1])
    wanted = of.fingerprints[random.choice(list(of.fingerprints))]
    origins: tuple[dict[str, str], ...] = ({}, {"kind": "fork"}, {"repository": "org/other"}, {"ref": "refs/pull/1/merge"}, {"kind": "laptop"})
    record["origin"] = {**record["origin"], **random.choice(origins)}
    if random.random() < 0.5:
        record["fingerprint"] = wanted
    return _put(parts, original, {**parts.contents, f"ac/{wanted}": json.dumps(record).encode()})


def _relabelled(_: Random, of: Material, original: bytes) -> bytes:
    """The failure says that it passed: the one lie that only a signature tells."""
    parts = forge.opened(original)
    name, record = parts.record("bad")
    return _put(parts, original, {**parts.contents, name: json.dumps(record | {"ending": "passed", "number": 0}).encode()})


def _put(parts: forge.Parts, original: bytes, contents: dict[str, bytes]) -> bytes:
    """Closed again, under the old signature, another's, or none."""
    closed = forge.closed(parts._replace(contents=contents))
    signature = original[:512].decode().split(" ")[4:5]
    return closed[:82].rstrip() + b" " + "".join(signature).encode().ljust(512 - 83) + closed[512:] if signature and signature[0].strip() else closed


def foreign(content: bytes) -> bytes:
    """Signed by a key that nobody knows."""
    from ftaction.edge.signing import Signer

    return forge.closed(forge.opened(content), Signer(FOREIGN, "").sign)


def relabelled(record: dict[str, Any], fingerprint: str) -> bool:
    """Whether somebody who may speak for this scope says that it passed: without a signature nothing tells that from the truth."""
    return record.get("fingerprint") == fingerprint and record.get("ending") == "passed"


def disk_record(random: Random, content: bytes) -> Mutant:
    """Of a file under `ac/`: bluntly, or with its sum made right."""
    body = content.partition(b"\n")[2]
    if random.random() < 0.3:
        return Mutant("blunt", random.choice(BLUNT)(random, content))
    changed = json.dumps(odd_json(random, json.loads(body))).encode() if random.random() < 0.7 else random.choice(BLUNT)(random, body)
    return Mutant("sum made right", sha256(changed).hexdigest().encode() + b"\n" + changed)
