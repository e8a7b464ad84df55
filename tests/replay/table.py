"""From the results to the tables of `docs/replay.md`. Nothing is worked out that the results do not hold."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .results import Results

Entry = dict[str, Any]
FULL = 0.99  # of the suite's time: from here on it is a full run


def page(path: Path, name: str, text: str) -> None:
    """Put the text between the repository's markers; a new repository's come last."""
    begin, end = f"<!-- replay: {name} -->", f"<!-- end of {name} -->"
    before = path.read_text() if path.exists() else "# Replays\n"
    if begin not in before:
        before = before.rstrip("\n") + f"\n\n{begin}\n{end}\n"
    head, rest = before.split(begin, 1)
    path.write_text(f"{head}{begin}\n{text.strip()}\n{rest[rest.index(end) :]}")


def render(name: str, results: Results) -> str:
    """Everything about one repository."""
    parts = [f"## {name}", _commits(list(results.all("commit"))), _full_runs(list(results.all("commit"))), _faults(list(results.all("fault")))]
    parts += [_kinds(list(results.all("fault"))), _missed(list(results.all("fault"))), _cost(list(results.all("cost")))]
    return "\n\n".join(part for part in parts if part)


def _commits(entries: list[Entry]) -> str:
    rows = []
    for selector, mine in _by(entries, "selector"):
        judged = [entry for entry in mine if "share" in entry]
        if not judged:
            continue
        shares = [entry["share"] for entry in judged]
        wall, suite = (sum(entry[key] for entry in judged) for key in ("seconds", "suite"))
        ran = sum(entry["share"] * entry["suite"] for entry in judged)
        missed = sum(bool(entry["missed"]) or entry["hidden"] for entry in judged)
        rows.append([
            selector, len(judged), f"{statistics.mean(shares):.2f}", f"{statistics.median(shares):.2f}", sum(one >= FULL for one in shares),
            sum(entry["ran"] == 0 for entry in judged), f"{ran:.0f} of {suite:.0f}", f"{wall:.0f}", sum(entry["new_failing"] > 0 for entry in judged),
            missed, sum("broke" in entry for entry in mine),
        ])  # fmt: skip
    heads = ["commits", "number", "mean share", "median", "full runs", "nothing run", "seconds of tests", "on the wall", "that break a test", "missed", "broke"]
    return _table(heads, rows)


def _full_runs(entries: list[Entry]) -> str:
    """By what was told as their reason, the most costly first, with the most costly commit of each."""
    costs: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.get("share", 0.0) >= FULL and entry["selector"] not in ("everything", "testmon"):
            costs[entry["selector"], entry["said"]].append(entry)
    rows: list[tuple[float, list[object]]] = []
    for (who, rule), mine in costs.items():
        worst = max(mine, key=lambda entry: float(entry["suite"]))
        example = f"`{worst['commit'][:10]}` {' '.join(worst['detail'].split())[:120]}"
        seconds = sum(float(entry["suite"]) for entry in mine)
        rows.append((seconds, [who, rule, len(mine), round(seconds), example]))
    return _table(["full runs because of", "rule", "number", "seconds of tests", "for example"], [row for _, row in sorted(rows, key=lambda one: -one[0])])


def _faults(entries: list[Entry]) -> str:
    rows = []
    for selector, mine in _by(entries, "selector"):
        for aimed in (False, True):
            some = [entry for entry in mine if entry["aimed"] is aimed]
            counted = Counter(entry["outcome"] for entry in some)
            killed = counted["caught"] + counted["missed"]
            seconds = [entry["seconds"] for entry in some if "seconds" in entry]
            mean = f"{statistics.mean(seconds):.1f}" if seconds else ""
            rows.append(
                [
                    selector,
                    "aimed" if aimed else "random",
                    len(some),
                    killed,
                    counted["caught"],
                    counted["missed"],
                    counted["false alarm"],
                    counted["broke"],
                    mean,
                ]
            )
    return _table(["faults", "sort", "injected", "that the suite finds", "caught", "missed", "false alarms", "broke", "mean seconds"], rows)


def _kinds(entries: list[Entry]) -> str:
    """Missed of found, for every kind and selector."""
    selectors = [selector for selector, _ in _by(entries, "selector")]
    rows = []
    for kind, mine in _by(entries, "kind"):
        row: list[object] = [kind.replace("_", " "), len({entry["fault"] for entry in mine})]
        for selector in selectors:
            counted = Counter(entry["outcome"] for entry in mine if entry["selector"] == selector)
            row.append(f"{counted['missed']} of {counted['missed'] + counted['caught']}")
        rows.append(row)
    return _table(["kind of fault", "injected", *(f"missed by {selector}" for selector in selectors)], rows)


def _missed(entries: list[Entry]) -> str:
    lines = [
        f"- missed by {entry['selector']}: {entry['title']} (`{entry['fault']}` on `{entry['base'][:10]}`)"
        for entry in entries
        if entry["outcome"] == "missed" and entry["selector"] != "testmon"
    ]
    return "\n".join(lines)


def _cost(entries: list[Entry]) -> str:
    rows = []
    bare = [entry["cpu"] for entry in entries if entry["selector"] == "bare"]
    for way, mine in _by(entries, "selector"):
        cpu = [entry["cpu"] for entry in mine]
        more = f"{100 * (statistics.median(cpu) / statistics.median(bare) - 1):+.0f} %" if bare else ""
        rows.append([way, len(cpu), f"{statistics.median(cpu):.1f}", f"{min(cpu):.1f} to {max(cpu):.1f}", more])
    return _table(["user CPU of the full suite", "rounds", "median seconds", "range", "beside the bare suite"], rows)


def _by(entries: Iterable[Entry], key: str) -> list[tuple[str, list[Entry]]]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[str(entry[key])].append(entry)
    return sorted(groups.items())


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    if not rows:
        return ""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
