"""What was seen of a suite's tests, as a blob in memory: the trace, and the texts that a later comparison needs."""

import json
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from ftaction.model.record import Record
from ftaction.model.trace import Trace
from ftaction.plan.fingerprint import input_files
from ftaction.plan.selection.kept import from_data, to_data
from ftaction.plan.selection.seen import Seen

MOST_PACKED = 32 << 20  # bytes
_MOST = 256 << 20  # bytes, unpacked
CONFIGURATION = ("pyproject.toml", "setup.cfg", "tox.ini")
"""Files of which the sections that differ matter, beside Python's own."""


class Layer(NamedTuple):
    """One remembered run of a suite: what was seen, the files as they were, and the texts of those that a comparison reads."""

    record: Record
    trace: Trace
    files: Mapping[str, str]
    texts: Mapping[str, bytes]


def pack(trace: Trace, texts: Mapping[str, bytes]) -> bytes:
    """As it is kept."""
    data = {"trace": to_data(trace), "texts": {path: content.decode("utf-8", "surrogateescape") for path, content in texts.items()}}
    return zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 1)


def unpack(record: Record, content: bytes, inputs: str) -> Layer | None:
    """None for anything else. `inputs`: the list of files of the record's manifest."""
    try:
        data = _data(content)
        texts = {str(path): str(text).encode("utf-8", "surrogateescape") for path, text in data["texts"].items()}
        return Layer(record, from_data(data["trace"]), input_files(inputs), texts)
    except _WRONG:
        return None


def late(content: bytes) -> tuple[str, ...]:
    """Which tests are to be watched more closely the next time; none where it is anything else."""
    try:
        return from_data(_data(content)["trace"]).late
    except _WRONG:
        return ()


_WRONG = (ValueError, KeyError, TypeError, AttributeError, zlib.error, RecursionError)


def _data(content: bytes) -> dict[str, Any]:
    """Raises one of _WRONG."""
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(content, _MOST)
    if not unpacker.eof:
        raise ValueError("cut off")
    data: dict[str, Any] = json.loads(text)
    return data


def texts_worth(trace: Trace, files: Mapping[str, str]) -> list[str]:
    """Of which files the text is kept: what ran or was imported, every conftest, and configuration."""
    known = Seen(trace).known()
    return [path for path in files if path in known or path.rpartition("/")[2] in ("conftest.py", *CONFIGURATION)]
