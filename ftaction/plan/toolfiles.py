"""Files that may change which tools a check meets, without being among its inputs: where one was touched, no pass with other tools stands."""

from collections.abc import Sequence

from ftaction.plan import globs

TOOL_FILES = (
    # what a workflow, or this program, runs
    ".github", ".gitlab", ".gitlab-ci*", ".circleci", ".buildkite", ".travis.yml", "azure-pipelines*", "**/Jenkinsfile*", "bitbucket-pipelines.yml", ".drone*",
    ".woodpecker*", ".gitea", ".forgejo", "**/action.{yml,yaml}", ".firsttry.*", ".pre-commit-config.yaml",
    # where it runs
    "**/{Dockerfile,Containerfile}*", "**/*.[dD]ockerfile", "**/{docker-,}compose*.{yml,yaml}", ".devcontainer", "**/*.nix", "**/flake.lock", "**/devbox.*",
    # versions of tools
    "**/.{python,node,ruby,java,go,terraform}-version", "**/.nvmrc", "**/.tool-versions", "**/{,.}mise*", "**/.prototools", "**/.sdkmanrc",
    "**/.env*", "**/rust-toolchain*", "**/go.{mod,sum,work}", "**/.cargo",
    # packages that are installed
    "**/*requirements*", "**/*constraints*.txt", "**/pyproject.toml", "**/setup.{py,cfg}", "**/Pipfile*", "**/{environment,conda}*.{yml,yaml}", "**/pixi.*",
    "**/{uv,pip}.{toml,conf}", "**/*.lock", "**/*-lock.*", "**/package.json", "**/npm-shrinkwrap.json", "**/pnpm-workspace.yaml", "**/.npmrc", "**/.yarnrc*",
    "**/.yarn", "**/bun.lockb", "**/Cargo.toml", "**/{Brewfile,Aptfile,apt.txt}*", "**/.gitmodules",
    # what installs them
    "**/{GNUm,m,M}akefile", "**/*.mk", "**/{j,J}ustfile", "**/[tT]askfile*", "**/tox.ini", "**/noxfile.py", "**/*.{sh,bash,zsh,fish,ps1}",
    "{script,ci,.ci,bin,tools,hack,build,setup,install,dev}{,s}",
)  # fmt: skip


def tool_files(paths: Sequence[str]) -> list[str]:
    """Those of the paths, sorted, that may change a tool."""
    return globs.select(paths, TOOL_FILES)
