"""A pull request brings its own configuration. What is wrong with it is said before anything is asked, and no secret in it is shown."""

import pytest

from ftaction.errors import ConfigError
from ftaction.plan.config import read_config
from ftaction.plan.document import parse
from ftaction.report.mistakes import error_lines

ROWS = [
    ("a password in an address", "{house: {api: openai, url: 'http://user:hunter22@host/v1'}}", "url"),
    ("a name in an address", "{house: {api: openai, url: 'https://hunter22@host/v1'}}", "url"),
    ("an address of another kind", "{house: {api: openai, url: 'file:///etc/hunter22'}}", "url"),
    ("a quote that is not closed", '{house: {run: "ask --say \'hunter"}}', "quote is not closed"),
    ("a backslash at the end", "{house: {run: 'ask \\'}}", "quote is not closed"),
    ("no command", "{house: {run: ''}}", "run"),
    ("a command and an API", "{house: {run: ask, api: openai}}", "house"),
    ("the token of the workflow", "{house: {run: ask, env: [GITHUB_TOKEN]}}", "no check may see it"),
    ("the key of the shared store", "{house: {run: ask, env: [FTACTION_SIGNING_KEY]}}", "no check may see it"),
    ("a name with a new line", '{"house\\n::error::x": {run: ask}}', "printable"),
    ("a name that moves the cursor", '{"\\e[2Jhouse": {run: ask}}', "printable"),
]


@pytest.mark.parametrize(("reason", "workers", "said"), ROWS, ids=[reason for reason, _, _ in ROWS])
def test_a_mistake_is_told(reason: str, workers: str, said: str) -> None:
    text = f"version: 1\nchecks: {{a: {{run: x}}}}\nworkers: {workers}\n"
    with pytest.raises(ConfigError) as error:
        read_config(parse(text, ".firsttry.yml"))
    told = "\n".join(error_lines(error.value))
    assert said in told, reason
    assert all(char.isprintable() or char == "\n" for char in told)
    assert "@" not in workers or "hunter22" not in told
