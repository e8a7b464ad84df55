"""Whether a check's inputs hold what its tests are seen to depend on: of a file that is none, nobody could tell that it changed."""

from collections.abc import Collection
from posixpath import basename, dirname

from ftaction.model.narrow import Rule
from ftaction.tools.narrow import names
from ftaction.tools.narrow.asked import Asked
from ftaction.tools.narrow.settings import Settings
from ftaction.tools.narrow.touched import is_test
from ftaction.tools.narrow.world import World, is_installed

_AROUND = frozenset({Rule.CONFIGURATION, Rule.MANIFEST, Rule.TRANSFORM, Rule.SETUP})


def unseen(asked: Asked, said: Settings, world: World, inputs: Collection[str]) -> tuple[str, ...]:
    """Files that count and are no inputs. What is read by a path that no graph shows is none of them: such tests run whatever changed."""
    above = {"", *(world.root[:at] for at, char in enumerate(world.root) if char == "/"), world.root}
    return tuple(path for path in sorted(world.files - set(inputs)) if not is_installed(path) and _counts(asked, said, world, above, path))


def _counts(asked: Asked, said: Settings, world: World, above: Collection[str], path: str) -> bool:
    if path == asked.config or path in said.texts:
        return True
    if not world.inside(path):
        return (dirname(path) in above and names.rule_of(path) in _AROUND) or world.graph.imports(path)
    rule = names.rule_of(path)
    if rule in _AROUND or basename(path).startswith(".env"):
        return True
    return (rule is None and any(seer != path and (is_test(asked, world, seer) or seer in said.scans) for seer in world.reach(path))) or is_test(
        asked, world, path
    )
