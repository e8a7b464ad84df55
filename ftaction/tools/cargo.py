"""cargo and rustfmt. Names of registries are left out: they hold tokens."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.environment import RUST, C
from ftaction.tools.options import has, has_short, plain, share_by

_SUITES = frozenset({"test", "t", "nextest", "bench", "mutants", "tarpaulin", "llvm-cov"})
_TAKE_JOBS = frozenset({"build", "b", "check", "c", "clippy", "test", "t", "doc", "bench"})


def _stage(words: Words) -> Stage:
    command = _command(words)
    if command in ("fmt", "rustfmt"):
        return Stage.FAST if "--check" in words else Stage.MUTATING  # also behind `--`, where it reaches rustfmt
    if command == "fix" or has(words, "--fix"):
        return Stage.MUTATING
    return Stage.SLOW if command in _SUITES else Stage.FAST


def _share(words: Words, slots: int) -> Words:
    return share_by("--jobs=", "--jobs", "-j")(words, slots) if _command(words) in _TAKE_JOBS and not has_short(words, "j") else ()


def _command(words: Words) -> str:
    """The subcommand; a toolchain such as `+nightly` may stand before it."""
    return "rustfmt" if words[0] == "rustfmt" else next((word for word in plain(words) if not word.startswith("+")), "")


TOOL = Tool(
    name="cargo",
    ecosystem="rust",
    stage=_stage,
    config=(
        "**/Cargo.toml",
        "**/Cargo.lock",
        "**/.cargo/config.toml",
        "**/.cargo/config",
        "**/rust-toolchain",
        "**/rust-toolchain.toml",
        "**/clippy.toml",
        "**/.clippy.toml",
        "**/rustfmt.toml",
        "**/.rustfmt.toml",
        "**/.config/nextest.toml",
        "**/build.rs",
    ),
    home=(
        ".cargo/config.toml",
        ".cargo/config",
    ),
    env=(*RUST, *C),
    share=_share,
)
