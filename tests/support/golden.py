"""Whole outputs are kept as files beside the tests. `pytest --update` writes them anew; read the difference before committing it."""

from collections.abc import Callable
from pathlib import Path

import pytest

Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the golden files anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(name, text)`: the text is, to the byte, what stands in `golden/<name>` beside the test's file."""
    folder = Path(request.path).parent / "golden"
    update = bool(request.config.getoption("--update"))

    def same(name: str, text: str) -> None:
        path = folder / name
        content = text.encode("utf-8", "backslashreplace")
        if update:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        assert path.is_file(), f"{path} is not there; `pytest --update` writes it"
        assert path.read_bytes().decode() == content.decode()

    return same
