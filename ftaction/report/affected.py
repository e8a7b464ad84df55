"""What a change set affects, for people and for programs."""

from ftaction.model.package import Affected, Touch
from ftaction.report import words
from ftaction.report.document import VERSION, changes_document

_SHOWN = 3  # files named for one check before the rest is counted


def affected_lines(found: Affected) -> list[str]:
    """The change set, then packages and checks, each with its reason; what is not affected by name."""
    reach = found.reach
    lines = [*words.changes(found.changes)]
    lines += ["Everything runs here: see `full_suite` in the configuration."] if found.final else []
    lines += _part("packages", {name: _touch(found, touch) for name, touch in reach.packages.items()}, reach.unaffected_packages)
    lines += _part("checks", {name: _because(found, why) for name, why in reach.checks.items()}, reach.unaffected_checks)
    return [words.printable(line) for line in lines]


def affected_document(found: Affected) -> dict[str, object]:
    """`ftaction affected --json`."""
    return {
        "version": VERSION,
        "changes": changes_document(found.changes),
        "final": found.final,
        "packages": [
            {
                "package": package.name, "folder": package.folder or ".", "ecosystem": package.ecosystem, "affected": package.name in found.reach.packages,
                **_touch_document(found.reach.packages.get(package.name)), "doubt": package.doubt,
            }
            for package in found.packages.values()
        ],
        "checks": [
            {"check": name, "affected": name in found.reach.checks, "because": list(found.reach.checks.get(name, ()))}
            for name in sorted((*found.reach.checks, *found.reach.unaffected_checks))
        ],
    }  # fmt: skip


def _part(title: str, reasons: dict[str, str], others: tuple[str, ...]) -> list[str]:
    if not reasons and not others:
        return []
    width = max((len(name) for name in reasons), default=0)
    lines = [f"{title}:", *(f"  {name:<{width}}  {why}" for name, why in reasons.items())] if reasons else []
    return [*lines, f"{title} not affected: {', '.join(others)}"] if others else lines


def _touch(found: Affected, touch: Touch) -> str:
    doubt = found.packages[touch.chain[-1]].doubt if touch.chain[-1] in found.packages else ""
    way = f"{' → '.join(touch.chain)}: " if len(touch.chain) > 1 else ""
    return f"{way}depends on everything: {doubt}" if doubt else f"{way}{touch.path}" if touch.path else "everything counts as changed"


def _because(found: Affected, why: tuple[str, ...]) -> str:
    if not why:
        return "everything counts as changed"
    if why[0] in found.reach.packages:
        return f"bound to {why[0]}"
    shown = ", ".join(why[:_SHOWN])
    return f"{shown} and {words.count(len(why) - _SHOWN, 'more file')}" if len(why) > _SHOWN else shown


def _touch_document(touch: Touch | None) -> dict[str, object]:
    return {"path": touch.path if touch else "", "chain": list(touch.chain) if touch else []}
