"""`python -m tests.fuzz TARGET --runs 100000`: one reader under atheris, which `requirements/fuzz.txt` has. It says what it covered."""

import argparse
import sys
from pathlib import Path

from tests.fuzz.seeds import SEEDS

_BUILD = Path(__file__).parents[2] / ".build" / "fuzz"
_WATCHED = ["ftaction", "json", "http", "email"]


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", nargs="?", choices=SEEDS)
    parser.add_argument("--list", action="store_true", help="print the targets")
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=0, help="at most; 0 for no end but that of the runs")
    given = parser.parse_args(arguments)
    if given.list or not given.target:
        print("\n".join(SEEDS))
    else:
        _fuzz(given.target, given.runs, given.seconds)


def _fuzz(name: str, runs: int, seconds: int) -> None:
    import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]  # installed only where somebody fuzzes

    for module in [module for module in sys.modules if module.split(".")[0] in _WATCHED]:
        del sys.modules[module]  # the seeds needed some of them
    with atheris.instrument_imports(include=_WATCHED):
        from tests.fuzz.targets import TARGETS
    corpus = _BUILD / name  # kept from one time to the next: the process ends where the fuzzer does
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[name]):
        (corpus / f"seed-{number}").write_bytes(seed)
    limits = [f"-atheris_runs={runs}", f"-max_total_time={seconds}", "-max_len=8192", "-rss_limit_mb=1000", "-timeout=20"]
    atheris.Setup([sys.argv[0], *limits, "-print_final_stats=1", str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
