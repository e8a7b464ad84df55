"""Names that a tool which starts others has to let through: what it starts may read them.

Names are listed one by one where a glob would open a token or a password, such as those of registries and indexes.
"""

PYTHON = ("PYTHON*", "VIRTUAL_ENV", "PYTEST_*", "COVERAGE_*", "HYPOTHESIS_*", "MYPY*", "RUFF_*", "BLACK_*", "DJANGO_SETTINGS_MODULE")
NODE = ("NODE_ENV", "NODE_OPTIONS", "NODE_PATH", "CI", "BABEL_*", "ESLINT_*", "JEST_*", "MOCHA_*", "PRETTIER_*", "TS_NODE_*", "VITEST*", "VITE_*")
GO = (
    *("CGO_*", "GO111MODULE", "GOAMD64", "GOARCH", "GOARM", "GOARM64", "GOCACHE", "GODEBUG", "GOEXPERIMENT", "GOFLAGS", "GOMAXPROCS"),
    *("GOMODCACHE", "GOOS", "GOPATH", "GOROOT", "GOTMPDIR", "GOTOOLCHAIN", "GOWORK"),
)
C = ("CC", "CFLAGS", "CPPFLAGS", "CXX", "CXXFLAGS", "LDFLAGS", "PKG_CONFIG*")
RUST = (
    *("CARGO_BUILD_*", "CARGO_ENCODED_RUST*", "CARGO_HOME", "CARGO_INCREMENTAL", "CARGO_NET_OFFLINE", "CARGO_PROFILE_*", "CARGO_TARGET_*"),
    *("CARGO_TERM_*", "INSTA_*", "NEXTEST_*", "PROPTEST_*", "RUSTC", "RUSTC_*", "RUSTDOC", "RUSTDOCFLAGS", "RUSTFLAGS", "RUSTUP_HOME"),
    *("RUSTUP_TOOLCHAIN", "RUST_BACKTRACE", "RUST_LOG", "RUST_MIN_STACK", "RUST_TEST_*"),
)
ANY = (*PYTHON, *NODE, *GO, *C, *RUST)
