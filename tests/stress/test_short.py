"""The stress scripts, short and always with the same seed; the long ones are started by hand (`python -m tests.stress.kill`)."""

from pathlib import Path

from tests.stress import kill, worktrees


def test_killing_runs_at_random_moments(tmp_path: Path) -> None:
    failures, phases, _ = kill.stress(tmp_path, rounds=12, seed=20)
    assert not failures, "\n".join(failures)
    assert sum(phases.values()) == 12
    assert sum(phases[phase] for phase in ("planning", "executing", "saving")) >= 5, phases


def test_eight_runs_at_once(tmp_path: Path) -> None:
    failures = worktrees.stress(tmp_path, rounds=1, seed=20)
    assert not failures, "\n".join(failures)
