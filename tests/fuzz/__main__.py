"""`python -m tests.fuzz TARGET --runs 100000`: one reader under atheris, which `requirements/fuzz.txt` has. It says what it covered."""

import argparse
import sys
import tempfile
from pathlib import Path


def main(arguments: list[str]) -> None:
    import atheris

    with atheris.instrument_imports(include=["ftaction", "json", "http.client", "email"]):
        from tests.fuzz.targets import TARGETS
    from tests.fuzz.seeds import SEEDS

    parser = argparse.ArgumentParser(prog="tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=0, help="at most; 0 for no end but that of the runs")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS[given.target]):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = [
            f"-atheris_runs={given.runs}",
            f"-max_total_time={given.seconds}",
            "-max_len=8192",
            "-rss_limit_mb=1000",
            "-timeout=20",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], *options, corpus], TARGETS[given.target])
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
