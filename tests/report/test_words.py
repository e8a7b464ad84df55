"""The words that every surface shares."""

import pytest

from ftaction.report import words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"), (0.0404, "40 ms"), (0.9994, "999 ms"), (0.9996, "1.0 s"), (1, "1.0 s"), (59.94, "59.9 s"), (59.96, "1 m 00 s"), (60, "1 m 00 s"),
        (119.7, "2 m 00 s"), (125, "2 m 05 s"), (3599.4, "59 m 59 s"), (3600, "1 h 00 m"), (5430, "1 h 30 m"), (360_000, "100 h 00 m"),
    ],
)  # fmt: skip
def test_times(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 检查 ✓", "plain é 检查 ✓"), ("a\nb\tc\r", "a\\nb\\tc\\r"), ("\x1b[2J", "\\x1b[2J"), ("\u202e", "\\u202e"), ("\u200b", "\\u200b"),
        ("\x9b31m", "\\x9b31m"), ("\udcff", "\\udcff"), ("\U000e0041", "\\U000e0041"), ("\u2028", "\\u2028"),
    ],
)  # fmt: skip
def test_what_could_move_a_cursor_or_hide_is_spelt_out(text: str, shown: str) -> None:
    assert words.printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\r\nb\r\n\n", "a\nb", id="line ends"),
        pytest.param("10%\r20%\rdone", "10%\n20%\ndone", id="a progress bar loses nothing"),
        pytest.param("\x1b[1;31mred\x1b[0m \x1b[38;2;1;2;3mrgb\x1b[K", "red rgb", id="colours"),
        pytest.param("\x1b]8;;http://x\x1b\\link\x1b]8;;\x07 \x1b]0;title\x07x", "link x", id="links and titles"),
        pytest.param("\x1b(Bx\x1b=y\x1b", "xy", id="character sets, modes, a lone escape"),
        pytest.param("a\tb", "a\tb", id="tabs stay"),
        pytest.param("a\x1b]0;never ends\nb", "a\nb", id="a title that never ends takes no more than its line"),
        pytest.param("\0\x08\u202e\u200b\ufeff\udcffx", "x", id="what hides"),
    ],
)
def test_a_log_is_plain_lines(text: str, shown: str) -> None:
    assert words.log(text) == shown


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 KB"), (40_400, "40 KB"), (999_400, "999 KB"), (999_600, "1.0 MB"), (1_240_000, "1.2 MB"),
        (148_000_000, "148 MB"), (2_100_000_000, "2.1 GB"), (5_000_000_000_000, "5,000 GB"),
    ],
)  # fmt: skip
def test_sizes(number: int, text: str) -> None:
    assert words.size(number) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (12_345, "12,345 files")])
def test_counts(number: int, text: str) -> None:
    assert words.count(number, "file") == text
