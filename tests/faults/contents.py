"""The table of what may lie under the address of a bundle: each row makes other bytes of an honest one."""

import json
from collections.abc import Callable
from typing import NamedTuple

from tests.faults.kinds import flipped
from tests.mutations import forge


class Content(NamedTuple):
    """`ends` as in `cases`; `spoilt`: the service delivered well, what it delivered proves nothing, and no note is due."""

    name: str
    why: str
    change: Callable[[bytes], bytes]
    ends: str = "lost"


def _record(name: str, why: str, ends: str = "spoilt", **fields: object) -> Content:
    return Content(f"record-{name}", why, lambda content: forge.with_record(content, "a", **fields), ends)


def _swapped(content: bytes) -> bytes:
    """The two records under each other's name."""
    parts = forge.opened(content)
    one, other = parts.records
    return forge.closed(parts._replace(contents={**parts.contents, one: parts.contents[other], other: parts.contents[one]}))


def _under_all(content: bytes) -> bytes:
    """The pass under the name of the failure too."""
    parts = forge.opened(content)
    passed, failed = parts.record("a")[0], parts.record("bad")[0]
    return forge.closed(parts._replace(contents={**parts.contents, failed: parts.contents[passed]}))


def _index(change: Callable[[dict[str, object]], object]) -> Callable[[bytes], bytes]:
    """With another index, and every sum right."""

    def changed(content: bytes) -> bytes:
        inner = forge.unpacked(content)
        end = 8 + int.from_bytes(inner[:8], "big")
        fields = json.loads(inner[8:end])
        told = json.dumps(change(fields) or fields).encode()
        return forge.repacked(content, len(told).to_bytes(8, "big") + told + inner[end:])

    return changed


def _entries(change: Callable[[list[object]], list[object]]) -> Callable[[bytes], bytes]:
    return _index(lambda fields: {**fields, "entries": [change(list(entry)) for entry in fields["entries"]]})  # type: ignore[attr-defined]  # JSON


def _all(part: str, new: bytes | None) -> Callable[[bytes], bytes]:
    """Every entry whose name begins so, replaced; taken out where `new` is None."""
    return lambda content: forge.with_content(content, lambda name, old: new if name.startswith(part) else old)


def _by(kind: str = "protected", repository: str = "org/repository", ref: str = "refs/heads/main", commit: str = "", run: str = "") -> dict[str, str]:
    return {"kind": kind, "repository": repository, "ref": ref, "commit": commit, "run": run}


def _always(content: bytes) -> Callable[[bytes], bytes]:
    return lambda _: content


def _blobs(change: Callable[[bytes], bytes | None]) -> Callable[[bytes], bytes]:
    return lambda content: forge.with_content(content, lambda name, old: change(old) if name.startswith("cas/") else old)


FRAMES = [
    Content("empty", "an entry of no bytes", lambda _: b""),
    Content("line-only", "nothing behind the first line", lambda content: content[:512]),
    Content("half-line", "not even the first line", lambda content: content[:100]),
    Content("half", "an upload that was cut and committed", lambda content: content[: len(content) // 2]),
    Content("last-byte", "all but the last byte", lambda content: content[:-1]),
    Content("twice", "the same twice, one behind the other", lambda content: content + content),
    Content("flip-line", "a bit in the digest", lambda content: flipped(content, 30)),
    Content("flip-magic", "a bit in the format", lambda content: flipped(content, 3)),
    Content("flip-frame", "a bit in the frame's head", lambda content: flipped(content, 514)),
    Content("flip-middle", "a bit in the middle", lambda content: flipped(content, 512 + (len(content) - 512) // 2)),
    Content("flip-end", "a bit at the end", lambda content: flipped(content, -2)),
    Content("zeros", "as many zeros", lambda content: bytes(len(content))),
    Content("zero-hole", "a page of zeros, as from a disk that lost power", lambda content: content[:600] + bytes(300) + content[900:]),
    Content("next-format", "a bundle of a version to come", lambda content: content.replace(b"bundle 1 ", b"bundle 2 ", 1)),
    Content("tar", "an archive of @actions/cache", lambda _: b"a.txt\0".ljust(512, b"\0") + b"a\n".ljust(512, b"\0")),
    Content("html", "a page of an error", lambda _: b"<html>" + b" " * 1000),
    Content("not-zstd", "a right first line, and then something else", lambda content: content[:512] + b"x" * 1000),
    Content("digest-none", "no digest in the first line", lambda content: (b"ftaction bundle 1 ").ljust(511) + b"\n" + content[512:]),
    Content("digest-other", "a digest of something else", lambda content: forge.frame(forge.index(), digest="0" * 64)),
    *[Content(name, why, _always(bomb)) for name, why, bomb in forge.bombs()],
]

INDEXES = [
    Content("index-empty", "no index", lambda _: forge.frame(b"")),
    Content("index-text", "an index that is no JSON", lambda _: forge.frame(b"index")),
    Content("index-list", "an index of another shape", lambda _: forge.frame(b"[]")),
    Content("index-null", "an index of nothing", lambda _: forge.frame(b"null")),
    Content("index-no-large", "a field is missing", _index(lambda fields: {"merged": [], "entries": fields["entries"]})),
    Content("index-large-list", "a field of another shape", _index(lambda fields: {**fields, "large": []})),
    Content("index-merged-number", "a field of another type", _index(lambda fields: {**fields, "merged": 7})),
    Content("index-merged-others", "a key that is none of ours", _index(lambda fields: {**fields, "merged": [1, None, "a{"]}), "lost"),
    Content("index-merged-numbers", "keys that are none", _index(lambda fields: {**fields, "merged": [1, None]}), "works"),
    Content("index-entry-short", "an entry with a part missing", _entries(lambda entry: entry[:2])),
    Content("index-entry-long", "an entry with a part too many", _entries(lambda entry: [*entry, 1])),
    Content("index-size-negative", "a negative size", _entries(lambda entry: [entry[0], -1, entry[2]])),
    Content("index-size-text", "a size as text", _entries(lambda entry: [entry[0], str(entry[1]), entry[2]])),
    Content("index-size-float", "half a byte", _entries(lambda entry: [entry[0], 1.5, entry[2]])),
    Content("index-size-true", "a size that is true", _entries(lambda entry: [entry[0], True, entry[2]])),
    Content("index-size-more", "a size beyond what comes", _entries(lambda entry: [entry[0], entry[1] + 1, entry[2]])),  # type: ignore[operator]  # a number
    Content("index-size-less", "a size below what comes", _entries(lambda entry: [entry[0], entry[1] - 1, entry[2]])),  # type: ignore[operator]  # a number
    Content("index-size-huge", "an exabyte", _entries(lambda entry: [entry[0], 1 << 60, entry[2]])),
    Content("index-name-climbs", "a name that leads out", _entries(lambda entry: ["ac/../../../escaped", *entry[1:]])),
    Content("index-name-absolute", "a name from the root", _entries(lambda entry: ["/etc/passwd", *entry[1:]])),
    Content("index-name-same", "the same name for all", _entries(lambda entry: ["ac/" + "0" * 64, *entry[1:]])),
    Content("index-name-newline", "a name with a line behind it", _entries(lambda entry: [f"{entry[0]}\n", *entry[1:]])),
    Content("index-used-future", "used in a thousand years", _entries(lambda entry: [entry[0], entry[1], 1 << 40]), "works"),
    Content("index-used-text", "a time as text", _entries(lambda entry: [entry[0], entry[1], "now"])),
]

_HUGE = b'{"fingerprint":"x","passed":true,"seconds":1%b,"ended":1%b}' % (b"0" * 400, b"0" * 400)
_NAN = b'{"fingerprint":"x","passed":true,"seconds":NaN,"ended":NaN}'

RECORDS = [
    Content("record-text", "a record that is none", _all("ac/", b"no"), "spoilt"),
    Content("record-empty", "a record of no bytes", _all("ac/", b""), "spoilt"),
    Content("record-none", "a bundle of blobs only", _all("ac/", None), "spoilt"),
    Content("record-deep", "a record nested deep", _all("ac/", b"[" * 100_000), "spoilt"),
    Content("record-swapped", "each record under the other's name", _swapped, "spoilt"),
    Content("record-of-other", "the pass under the name of the failure", _under_all, "works"),
    _record("fingerprint", "it says it is of something else", fingerprint="0" * 64),
    _record("format", "it is of a format to come", format=99),
    _record("failed", "it failed", ending="failed", number=1),
    _record("flaky", "it passed only alone", flaky=True),
    _record("flaky-text", "a field of another type", flaky="no"),
    _record("ending-unknown", "an ending that nobody knows", ending="green"),
    _record("seconds-nan", "a time that is no number", seconds="nan"),
    _record("seconds-huge", "a whole number beyond all floating ones", seconds=10**400),
    _record("seconds-infinite", "a time without end", seconds=float("inf")),
    _record("seconds-negative", "a negative time", seconds=-1),
    _record("number-huge", "a status beyond all floating numbers", number=10**400),
    _record("check-other", "of a check of another name with this very fingerprint: it proves the same", "works", check="other"),
    _record("check-surrogate", "a name that can't be written: it proves the same", "works", check="\ud800"),
    _record("origin-none", "nobody proved it", origin=None),
    _record("origin-other", "another repository proved it", origin=_by(repository="org/other")),
    _record("origin-fork", "a fork proved it", origin=_by("fork")),
    _record("origin-ref", "a pull request proved it", origin=_by(ref="refs/pull/1/merge")),
    _record("origin-run", "a run whose address is a command: it proves the same", "works", origin=_by(commit="\n::error::x", run="a:\n##[error]")),
    _record("patch-none", "a patch that is nowhere", patched=[["a.txt", "0", "1"]], patch="1" * 64),
    _record("log-none", "a log that is nowhere: it proves the same", "works", log="1" * 64),
    _record("log-climbs", "a log that leads out", log="../../../../etc/passwd"),
    _record("head-none", "a manifest that is nowhere: it proves the same", "works", head="1" * 64),
    _record("unknown-field", "a newer program says more", "works", more={"a": 1}),
    Content("blobs-gone", "no blob is in it: what passed still passed", _blobs(lambda _: None), "works"),
    Content("blobs-damaged", "no blob is what its name says", _blobs(lambda old: flipped(old or b"x", 0)), "works"),
    Content("history-binary", "histories that are none", _all("history/", bytes(range(256))), "works"),
    Content("history-huge", "a time beyond all floating numbers", _all("history/", _HUGE), "works"),
    Content("history-nan", "a time that is no number", _all("history/", _NAN), "works"),
    Content("history-deep", "histories nested deep", _all("history/", b"[" * 60_000), "works"),
]

CONTENTS = [*FRAMES, *INDEXES, *RECORDS]
