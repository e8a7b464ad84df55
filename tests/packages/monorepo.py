"""A repository of Python, Node, Go and Rust packages that depend on each other, and what each of its checks is bound to.

core (Python) is built from engine (Rust), which needs base. api (Python) needs core; worker imports it and declares nothing. web (Node) needs
proto, and by the configuration api. gateway (Go) uses one of the two packages of the module kit.
"""

from pathlib import Path

from ftaction.model.check import Config
from ftaction.plan.config import read_config
from ftaction.plan.document import parse
from tests.support.repository import TestRepository, committed

FILES = {
    "README.md": "# mono\n",
    "docs/guide.md": "read me\n",
    ".github/workflows/ci.yml": "on: push\n",
    "package.json": '{"name": "mono", "private": true, "workspaces": ["apps/*", "libs/proto"]}\n',
    "package-lock.json": "{}\n",
    "uv.lock": "version = 1\n",
    "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n[workspace.dependencies]\nbase = { path = "crates/base" }\n',
    "Cargo.lock": "version = 4\n",
    "go.work": "go 1.24\nuse (\n\t./kit\n\t./services/gateway\n)\n",
    "apps/web/package.json": '{"name": "web", "dependencies": {"@mono/proto": "workspace:*"}}\n',
    "apps/web/src/index.js": "export {}\n",
    "libs/proto/package.json": '{"name": "@mono/proto", "version": "1.0.0"}\n',
    "libs/proto/index.js": "export {}\n",
    "libs/core/pyproject.toml": '[project]\nname = "core"\n[tool.maturin]\nmanifest-path = "../../crates/engine/Cargo.toml"\n',
    "libs/core/src/core/__init__.py": "",
    "libs/core/src/core/util.py": "A = 1\n",
    "libs/core/tests/fixtures/sample/pyproject.toml": '[project]\nname = "sample"\n',
    "services/api/pyproject.toml": '[project]\nname = "api"\ndependencies = ["core"]\n[tool.uv.sources]\ncore = { path = "../../libs/core" }\n',
    "services/api/api.py": "import core\n",
    "services/worker/pyproject.toml": '[project]\nname = "worker"\n',
    "services/worker/worker.py": "from core.util import (\n    A,  # of the library\n)\n",
    "kit/go.mod": "module example.com/kit\n\ngo 1.24\n",
    "kit/log/log.go": "package log\n",
    "kit/net/net.go": 'package net\n\nimport (\n\t"fmt"\n\n\t"example.com/kit/log"\n)\n',
    "services/gateway/go.mod": "module example.com/gateway\n\nrequire example.com/kit v0.0.0\n\nreplace example.com/kit => ../../kit\n",
    "services/gateway/main.go": 'package main\n\nimport "example.com/kit/log"\n',
    "crates/base/Cargo.toml": '[package]\nname = "base"\n',
    "crates/base/src/lib.rs": "",
    "crates/engine/Cargo.toml": '[package]\nname = "engine"\n[dependencies]\nbase = { workspace = true }\n',
    "crates/engine/src/lib.rs": "",
}

CONFIG = """\
version: 1
verification: {parallel: true, fail_fast: never}
packages:
  web: {needs: [api]}
checks:
  web: {run: "true", tool: vitest, stage: fast, package: web}
  proto: {run: "true", tool: vitest, stage: fast, package: "@mono/proto"}
  core: {run: "true", tool: pytest, stage: fast, package: core}
  api: {run: "true", tool: pytest, stage: fast, package: "python:api"}
  worker: {run: "true", tool: pytest, stage: fast, package: worker}
  kit: {run: "true", tool: go, stage: fast, package: example.com/kit}
  net: {run: "true", tool: go, stage: fast, package: example.com/kit/net}
  gateway: {run: "true", tool: go, stage: fast, package: example.com/gateway}
  base: {run: "true", tool: cargo, stage: fast, package: base}
  engine: {run: "true", tool: cargo, stage: fast, package: engine}
  docs: {run: "true", tool: none, inputs: [docs, "*.md"]}
  all: {run: "true", tool: none}
"""


def configuration(text: str = CONFIG) -> Config:
    return read_config(parse(text, ".firsttry.yml"))


def monorepo(root: Path) -> TestRepository:
    """On a branch of its own, which begins at `main`."""
    repository = committed(root, {**FILES, ".firsttry.yml": CONFIG})
    repository.git("switch", "--quiet", "--create", "change")
    return repository
