"""What an edit means, collected bit by bit."""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Edits(NamedTuple):
    """What each set holds are names, qualified for units and `annotated`, dotted for those of what is run where it stands, and for `bases`.

    `units`: code that runs otherwise; `opaque`: those of which nobody can see whether they ran. `names`, `attributes`: what means something
    else, in the module and in its classes. Of what is run where it stands: `called`; `passed`, what such calls are given; `used`, what is mentioned.
    `stated`: what a statement that does nothing else asks to do something, or changes; `assigned`: attributes that it sets; `handed`: what it hands
    over. `bases`: those of classes that come, go or are made otherwise. `documents`: of which only the documentation differs; `annotated`: or only
    annotations. `imports`: what an import brings now, or no longer, also one in a function; `moved`: of those that stand at another place. `body`:
    the module's own body differs, which is all that a program runs. `whole`: why everything of the module counts.
    """

    units: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
    handed: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    annotated: frozenset[str] = frozenset()
    opaque: frozenset[str] = frozenset()
    imports: frozenset[tuple[int, str, str]] = frozenset()  # level, module, name
    moved: frozenset[tuple[int, str, str]] = frozenset()
    body: bool = False
    whole: str = ""


class Found:
    """Collects."""

    def __init__(self) -> None:
        self._sets: dict[str, set[Any]] = {}
        self.body = False
        self.whole = ""

    def add(self, where: str, names: Iterable[object]) -> None:
        self._sets.setdefault(where, set()).update(names)

    def take(self, edits: Edits) -> None:
        """All of these as well."""
        for name in Edits._fields:
            if name not in ("body", "whole") and getattr(edits, name):
                self.add(name, getattr(edits, name))
        self.whole = self.whole or edits.whole

    def edits(self) -> Edits:
        return Edits(**{name: frozenset(values) for name, values in self._sets.items()}, body=self.body, whole=self.whole)

    def differ(self, scope: str, names: Iterable[str]) -> None:
        """Names of this scope mean something else. So does a class, for its own machinery, and whoever is handed one of it, may look for them."""
        self.add("attributes" if scope else "names", names)
        if scope:
            top, *inner = scope.split(".")
            self.add("names", (top,))
            self.add("attributes", inner)
