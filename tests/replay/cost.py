"""What being watched costs: user CPU of the whole suite, in turns, so that a busy machine is unfair to all of them alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from .places import Place
from .process import run
from .repositories import Repository
from .results import Results
from .selectors import Selector
from .tree import Tree

LIMIT = 7200.0
COVERAGE = "[run]\ndynamic_context = test_function\ndata_file = {data}\n[report]\nignore_errors = True\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of running the full suite. `learner` is a selector that learns; else a command line."""

    name: str
    command: tuple[str, ...] = ()
    learner: Selector | None = None


def ways(repository: Repository, place: Place, learners: Sequence[Selector]) -> list[Way]:
    """The bare suite first. Coverage as its documentation says for contexts: one for each test function."""
    python = str(place.python)
    config = place.folder / "coverage.ini"
    config.write_text(COVERAGE.format(data=place.folder / "tmp" / "coverage"))
    suite = ("-m", "pytest", "-q", *repository.arguments)
    return [
        Way(name="bare", command=(python, *suite)),
        *(Way(name=learner.name, learner=learner) for learner in learners),
        Way(name="coverage", command=(python, "-m", "coverage", "run", "--rcfile", str(config), "--source", str(place.tree), *suite)),
    ]


def measure(tree: Tree, place: Place, commit: str, ways: Sequence[Way], rounds: int, results: Results) -> None:
    """One line in the results for every run. What was measured before stays: more rounds are more of the same."""
    tree.go(commit)
    for number in range(rounds):
        for way in ways:
            if way.learner:
                verdict = way.learner.learn(tree)
                seconds, cpu, red = verdict.seconds, verdict.cpu, verdict.red
            else:
                ended = run(way.command, tree.folder, place.environment(), LIMIT)
                seconds, cpu, red = ended.seconds, ended.cpu, ended.code != 0
            entry = {"what": "cost", "selector": way.name, "round": number, "commit": commit, "seconds": round(seconds, 3), "cpu": round(cpu, 3), "red": red}
            results.add(**entry)
            print(entry, flush=True)
