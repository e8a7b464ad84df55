"""From the files to begin from to the part of the suite that runs."""

from collections.abc import Collection
from posixpath import relpath

from ftaction.model.narrow import Narrowed, Nothing, Related, Rule, Whole
from ftaction.tools.narrow.asked import Asked
from ftaction.tools.narrow.touched import Judged, is_test
from ftaction.tools.narrow.world import World

_LONGEST = 100_000  # characters; Linux takes 131,071 bytes for one argument (execve(2)), and a shell gets the line as one


def choose(asked: Asked, folder: str, world: World, judged: Judged) -> Narrowed:
    """Everything that sees a changed file, and everything that sees a blind one."""
    reached = set[str]().union(*(world.reach(seed) for seed in judged.seeds))
    always = {path: why for path, why in world.blind.items() if any(is_test(asked, world, seer) for seer in world.reach(path))}
    chosen = reached.union(*(world.reach(path) for path in always)) & world.files
    tests = sorted(path for path in chosen if is_test(asked, world, path))
    if not tests:
        return Whole(Rule.NOT_REACHED, judged.seeds) if judged.seeds else Nothing(judged.inert, _without(asked, world, chosen))
    options = _options(asked, folder, sorted(chosen)) or _options(asked, folder, tests)
    if not options:
        return Whole(Rule.NOT_SAYABLE, tuple(tests))
    return Related(
        options=options,
        tests={test: next((seen for seen in (*judged.seeds, *sorted(always)) if test in world.reach(seen)), test) for test in tests},
        left_out=_without(asked, world, chosen),
        changed=judged.seeds,
        inert=judged.inert,
        always=tuple(sorted(always.items())),
    )


def _without(asked: Asked, world: World, chosen: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(path for path in world.scans if path not in chosen and is_test(asked, world, path)))


def _options(asked: Asked, folder: str, files: list[str]) -> tuple[str, ...]:
    """The words to append, none where they would be too long or be read as something else."""
    said = tuple(relpath(file, folder or ".") for file in files)
    if sum(len(word.encode()) + 3 for word in said) > _LONGEST or any(word.startswith("-") or ":" in word or "\n" in word for word in said):
        return ()
    return (*asked.before, *asked.runner.ask(said))
