"""Whose pass may turn a check green where."""

import pytest

from ftaction.model.record import Origin, OriginKind
from ftaction.plan.trust import trusted

P, Q, F, L = OriginKind.PROTECTED, OriginKind.PULL_REQUEST, OriginKind.FORK, OriginKind.LAPTOP

ROWS = [
    ("auto", (P, "main"), (Q, "pull/1"), True, "the base proved it"),
    ("auto", (Q, "pull/1"), (Q, "pull/1"), True, "an earlier run of this pull request"),
    ("auto", (Q, "pull/2"), (Q, "pull/1"), False, "another pull request's code could have written it"),
    ("auto", (Q, "pull/1"), (P, "main"), False, "a pull request must not open the main branch"),
    ("auto", (F, "pull/1"), (F, "pull/1"), False, "a fork is believed nothing, not even its own"),
    ("auto", (P, "main"), (F, "pull/1"), True, "a fork is shown what the base proved"),
    ("auto", (L, ""), (P, "main"), False, "a laptop's store is anybody's"),
    ("same-pr", (F, "pull/1"), (F, "pull/1"), True, "asked for"),
    ("base-only", (Q, "pull/1"), (Q, "pull/1"), False, "asked for"),
    ("base-only", (P, "main"), (Q, "pull/1"), True, "the base is what it is about"),
    ("any", (F, "pull/2"), (P, "main"), True, "asked for"),
    ("base-only", (Q, "pull/1"), (L, ""), True, "on a laptop nothing is gated"),
]


@pytest.mark.parametrize(("trust", "made", "here", "expected", "why"), ROWS, ids=[f"{row[0]}: {row[4]}" for row in ROWS])
def test_whose_pass_counts(trust: str, made: tuple[OriginKind, str], here: tuple[OriginKind, str], expected: bool, why: str) -> None:
    assert trusted(_origin(*made), _origin(*here), trust) is expected, why


def test_the_same_ref_of_another_repository_is_another() -> None:
    here = _origin(Q, "pull/1")
    assert not trusted(here._replace(repository="other/repository"), here, "same-pr")


def _origin(kind: OriginKind, ref: str) -> Origin:
    return Origin(kind=kind, repository="org/repository", ref=ref, commit="0" * 40)
