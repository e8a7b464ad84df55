"""Logs and manifests as far as they are at hand: of what ran, and of what was replayed where memory is asked for next to nothing."""

import os
from collections.abc import Mapping

from ftaction.model.doors import Store
from ftaction.model.manifest import Manifest
from ftaction.model.plan import Decision, Run, earlier
from ftaction.model.record import Record
from ftaction.model.run import Report
from ftaction.plan.environment import secrets
from ftaction.report.page.room import level
from ftaction.run.logs import masked, masked_text, read_log

_LOGS = 12_000_000  # bytes of all logs that are read; a page holds little more
_KEPT = 4_000_000  # bytes of logs, and of manifests, that memory is asked for


def logs(report: Report, variables: Mapping[str, str], store: Store | None) -> dict[str, str]:
    """By check, each cut to its share of what a page holds, secrets masked."""
    hidden = secrets(variables)
    sizes = {result.check: _size(result.log) for result in report.results if result.log}
    most = max(level(sizes.values(), _LOGS), 1)
    found = {result.check: _read(result.log, hidden, most) for result in report.results if sizes.get(result.check)}
    left = _KEPT
    for check, record in _stood(report).items():
        content = store.near_blob(record.log) if store and record.log and left > 0 else None
        if content:
            found[check] = masked(content, hidden)
            left -= len(content)
    return {check: content.decode("utf-8", "replace") for check, content in found.items()}


def manifests(report: Report, variables: Mapping[str, str], store: Store | None) -> dict[str, Manifest]:
    """By check. Their values of variables are digests; what else may hold a secret is masked. Lists of files that many share are read once."""
    hidden = secrets(variables)
    found = {result.check: one for result in report.results if (one := _own(result.decision))}
    lists: dict[str, str] = {}
    left = _KEPT
    for check, record in _stood(report).items():
        head = store.near_blob(record.head) if store and record.head and left > 0 else None
        if store is None or head is None:
            continue
        if record.inputs not in lists:
            lists[record.inputs] = (store.near_blob(record.inputs) or b"").decode("utf-8", "surrogateescape")
            left -= len(lists[record.inputs])
        found[check] = Manifest(head.decode("utf-8", "surrogateescape"), lists[record.inputs], record.inputs)
        left -= len(head)
    return {check: one._replace(head=masked_text(one.head, hidden), inputs=masked_text(one.inputs, hidden)) for check, one in found.items()}


def _own(decision: Decision) -> Manifest | None:
    return decision.manifest if isinstance(decision, Run) else None


def _stood(report: Report) -> dict[str, Record]:
    """The records that stand for checks which did not run."""
    return {result.check: record for result in report.results if (record := earlier(result.decision))}


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _read(path: str, hidden: tuple[str, ...], most: int) -> bytes:
    try:
        return read_log(path, hidden, most)
    except OSError:
        return b""
