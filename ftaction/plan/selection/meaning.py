"""What an edit means, collected bit by bit."""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Edits(NamedTuple):
    """What each set holds are names, qualified for units and `annotated`, dotted for `called` and `bases`.

    `units`: code that runs otherwise; `opaque`: those of which nobody can see whether they ran. `names`, `attributes`: what means something
    else, in the module and in its classes. `altered`: names whose objects may be changed where they stand, as calls do; `stated`: by a
    statement that does nothing else; `acts`: of these the ones that act where the module is loaded, not only where it is run as a program.
    `patched`: attributes that are set, dotted. `called`: what else ran because of it; `handed`: what others were handed, as ever; `chained`:
    calls whose result is asked to do something. `bases`: those of classes that come or go. `documents`: of which only the documentation
    differs; `annotated`: or only annotations. `imports`: what an import brings now, or no longer, also one in a function; `moved`: of those that
    stand in another order. `whole`: why everything of the module counts.
    """

    units: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    altered: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()
    patched: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    handed: frozenset[str] = frozenset()
    chained: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    annotated: frozenset[str] = frozenset()
    opaque: frozenset[str] = frozenset()
    imports: frozenset[tuple[int, str, str]] = frozenset()  # level, module, name
    moved: frozenset[tuple[int, str, str]] = frozenset()
    whole: str = ""


class Found:
    """Collects."""

    def __init__(self) -> None:
        self._sets: dict[str, set[Any]] = {}
        self.whole = ""

    def add(self, where: str, names: Iterable[object]) -> None:
        self._sets.setdefault(where, set()).update(names)

    def take(self, edits: Edits) -> None:
        """All of these as well."""
        for name in Edits._fields:
            if name != "whole" and getattr(edits, name):
                self.add(name, getattr(edits, name))
        self.whole = self.whole or edits.whole

    def edits(self) -> Edits:
        return Edits(**{name: frozenset(values) for name, values in self._sets.items()}, whole=self.whole)

    def differ(self, scope: str, names: Iterable[str], whole_class: bool = True) -> None:
        """Names of this scope mean something else. `whole_class`: so does the class, for its own machinery may look at them."""
        self.add("attributes" if scope else "names", names)
        if scope and whole_class:
            top, *inner = scope.split(".")
            self.add("names", (top,))
            self.add("attributes", inner)
