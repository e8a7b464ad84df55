"""What a check sees of the environment, and what of that counts."""

import pytest

from ftaction.plan.environment import RESERVED_ENV, counted, secrets, visible

ROWS = [
    # a name, what `env` declares, the globs of a known tool or None; whether it is seen and whether it counts
    pytest.param("PATH", (), (), True, False, id="where programs live; the programs themselves count"),
    pytest.param("HOME", (), (), True, False, id="where things live"),
    pytest.param("XDG_CACHE_HOME", (), (), True, False, id="where things live, by family"),
    pytest.param("LANG", (), (), True, True, id="sorts and words depend on it"),
    pytest.param("LC_ALL", (), (), True, True, id="the same"),
    pytest.param("CI", (), (), True, True, id="tools behave differently"),
    pytest.param("PATH", ("PATH",), (), True, True, id="declared: it counts"),
    pytest.param("EDITOR", (), (), False, False, id="nobody's business"),
    pytest.param("EDITOR", ("EDITOR",), (), True, True, id="declared"),
    pytest.param("PGHOST", ("PG*",), (), True, True, id="declared by a glob"),
    pytest.param("PYTHONPATH", (), None, True, True, id="an unknown tool may be Python"),
    pytest.param("PYTHONPATH", (), ("GO*",), False, False, id="a known tool reads only its own"),
    pytest.param("RUFF_CACHE_DIR", (), ("RUFF_*",), True, True, id="what the tool reads"),
    pytest.param("GOFLAGS", (), None, True, True, id="an unknown tool may be Go"),
    pytest.param("GOOGLE_KEY", (), None, False, False, id="GO is not the beginning of everything"),
    pytest.param("NODE_AUTH_TOKEN", (), None, False, False, id="a secret of an unknown tool"),
    pytest.param("CARGO_REGISTRY_TOKEN", (), ("CARGO_*",), False, False, id="a secret that the tool would read"),
    pytest.param("CARGO_REGISTRY_TOKEN", ("CARGO_REGISTRY_TOKEN",), (), True, True, id="a secret, named"),
    pytest.param("GITHUB_TOKEN", (), None, False, False, id="what may write to the repository"),
    pytest.param("INPUT_TOKEN", ("INPUT_*",), (), False, False, id="an input of ours may be a token"),
    pytest.param("GITHUB_SHA", (), None, False, False, id="every commit would be a miss"),
    pytest.param("ACTIONS_STEP_DEBUG", (), None, False, False, id="the runner's"),
    pytest.param("INPUT_CHECKS", (), None, False, False, id="ours"),
    *(pytest.param(name, ("*", name), ("*",), False, False, id=f"never: {name}") for name in sorted(RESERVED_ENV)),
]


@pytest.mark.parametrize(("name", "declared", "tool", "is_seen", "counts"), ROWS)
def test_a_variable(name: str, declared: tuple[str, ...], tool: tuple[str, ...] | None, is_seen: bool, counts: bool) -> None:
    seen = visible({name: "value"}, declared, tool)
    assert seen == ({name: "value"} if is_seen else {})
    assert (name, "value") in counted(seen, declared) or not counts
    assert counts == any(value == "value" for _, value in counted(seen, declared))


def test_a_declared_name_that_is_not_set_counts_as_such() -> None:
    unset, empty = counted({}, ["A", "B*"]), counted({"A": ""}, ["A", "B*"])
    assert [name for name, _ in unset] == [name for name, _ in empty] == ["A"]
    assert unset != empty


def test_no_value_can_look_like_a_name_that_is_not_set() -> None:
    ((_, value),) = counted({}, ["A"])
    assert "\0" in value  # the system allows none in a variable


@pytest.mark.parametrize(
    ("environment", "hidden"),
    [
        pytest.param({"MY_TOKEN": "abcdef", "DB_PASSWORD": "longer value"}, ("longer value", "abcdef"), id="longest first, so that none is left in part"),
        pytest.param({"MY_TOKEN": "short"}, (), id="too short: it would mask words"),
        pytest.param({"PLAIN": "abcdef"}, (), id="no secret"),
        pytest.param({"GIT_AUTHOR_NAME": "Some Body", "GIT_AUTHOR_EMAIL": "me@example.org"}, (), id="an author is no authorisation"),
        pytest.param({"HTTP_AUTHORIZATION": "Basic abc"}, ("Basic abc",), id="authorisation, spelt out"),
        pytest.param({"BASIC_AUTH": "user:word"}, ("user:word",), id="authorisation"),
        pytest.param({"ACTIONS_RESULTS_URL": "https://results"}, ("https://results",), id="reserved"),
        pytest.param(
            {"SSH_PRIVATE_KEY": "-----BEGIN\r\nabcdefgh\nijkl\n"},
            ("-----BEGIN\r\nabcdefgh\nijkl\n", "-----BEGIN", "abcdefgh"),
            id="a key has lines, and a log may show them one at a time",
        ),
    ],
)
def test_values_that_are_never_told(environment: dict[str, str], hidden: tuple[str, ...]) -> None:
    assert secrets(environment) == hidden


@pytest.mark.parametrize(
    "name", ["FTACTION_SIGNING_KEY", "INPUT_SIGNING-KEY", "FTACTION_SHARED_TOKEN", "INPUT_SHARED-TOKEN", "FTACTION_SHARED_KEYS", "INPUT_SHARED-KEYS"]
)
def test_what_signs_and_what_opens_a_shared_store_is_never_told(name: str) -> None:
    assert secrets({name: "ed25519:secret"}) == ("ed25519:secret",)
