"""What a file's name alone says: which rule makes the full suite run when it changes, or that nothing can see it."""

import re
from posixpath import basename, dirname, splitext

from ftaction.model.narrow import Rule
from ftaction.tools.narrow.sets import named

SOURCES = frozenset({".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte", ".astro"})
_LOCKS = re.compile(
    r"package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|\.pnpmfile\.c?js|yarn\.lock|bun\.lockb?|deno\.lock|"
    r"\.npmrc|\.yarnrc|\.yarnrc\.yml|\.pnp\..*|bunfig\.toml|lerna\.json"
)
_CONFIG = re.compile(
    r"(?:jest|vitest|vite)[.-](?:[\w.-]+\.)?(?:config|workspace|projects|preset)\.\w+|(?:jest|vitest|vite)\.[\w.-]*(?:config|workspace)\.\w+|jest-preset\.\w+"
)
_TRANSFORM = re.compile(
    r"(?:ts|js)config[\w.-]*\.json|\.babelrc.*|babel\.config\.\w+|babel\.\w+\.js|\.swcrc|swc\.config\.\w+|\.browserslistrc|(?:postcss|tailwind|svelte|vue|metro|"
    r"astro|nuxt|next|remix|webpack|rollup|esbuild|tsup|angular|ember-cli-build)\.config\.\w+|\.postcssrc.*|angular\.json|project\.json|nx\.json"
)
_ENVIRONMENT = re.compile(r"\.env(?:\..*|rc)?|.*\.env|\.nvmrc|\.node-version|\.tool-versions|\.mise\.toml|mise\.toml")
_SETUP = re.compile(
    r"[\w.-]*set-?up[\w.-]*|(?:jest|vitest|test)[.-]?(?:environment|env|polyfills?|resolver|transform(?:er)?|runner|globals?|sequencer)", re.IGNORECASE
)
_DOCUMENTS = re.compile(
    r".*\.(?:md|markdown|rst|adoc)|(?:LICEN[CS]E|COPYING|NOTICE|CHANGELOG|CHANGES|HISTORY|AUTHORS|CONTRIBUTORS|MAINTAINERS|CODEOWNERS|README)(?:\.txt|-\w+)?",
    re.IGNORECASE,
)
_SEEN = named(
    "__fixtures__ fixture fixtures test tests __tests__ spec specs e2e testdata test-data mocks __mocks__ snapshots __snapshots__ cases samples src "
    "lib app templates content contents posts pages prompts public static assets data"
)
_ASIDE = re.compile(
    r"\.npmignore|\.gitignore|\.gitattributes|\.editorconfig|\.prettierignore|\.eslintignore|\.dockerignore|\.mailmap|\.all-contributorsrc|"
    r"\.github/(?:ISSUE_TEMPLATE/.*|[^/]+\.(?:md|yml|yaml))"
)
_WORKFLOWS = re.compile(r"\.github/(?:workflows|actions)/.*|\.gitlab-ci\.yml|\.circleci/.*|\.travis\.yml|azure-pipelines\.yml|Jenkinsfile")
_DECLARATION = re.compile(r"\.d(?:\.\w+)?\.[cm]?ts$")


def is_source(path: str) -> bool:
    """Whether the graph of imports holds files of this kind, and their texts are read."""
    return splitext(path)[1].lower() in SOURCES


def is_workflow(path: str) -> bool:
    """Whether it may change everything around the tests."""
    return bool(_WORKFLOWS.fullmatch(path))


def is_declaration(path: str) -> bool:
    """Whether it holds types only, which no test runner loads."""
    return bool(_DECLARATION.search(path))


def is_config(path: str) -> bool:
    """Whether a runner takes it for its own configuration."""
    return bool(_CONFIG.fullmatch(basename(path)))


def is_setup(path: str) -> bool:
    """Whether it is named like what runs around all tests. Shared presets name such files where no text of the repository does."""
    return is_source(path) and bool(_SETUP.fullmatch(splitext(basename(path))[0]))


def rule_of(path: str) -> Rule | None:
    """The rule that any change of such a file fires."""
    if is_workflow(path):
        return Rule.WORKFLOW
    name = basename(path)
    if name == "package.json" or name.startswith("package.json5"):
        return Rule.MANIFEST
    for pattern, rule in ((_LOCKS, Rule.LOCK), (_CONFIG, Rule.CONFIGURATION), (_TRANSFORM, Rule.TRANSFORM), (_ENVIRONMENT, Rule.ENVIRONMENT)):
        if pattern.fullmatch(name):
            return rule
    return Rule.SETUP if is_setup(path) else None


def is_document(path: str, root: str) -> bool:
    """Whether it is for people or for other tools by its name; documentation also by standing in no folder that programs take texts from."""
    inside = path[len(root) + 1 :] if root and path.startswith(root + "/") else path
    document = bool(_DOCUMENTS.fullmatch(basename(path))) and not _SEEN & set(dirname(inside).lower().split("/"))
    return document or bool(_ASIDE.fullmatch(path) or _ASIDE.fullmatch(basename(path)))


def owner(path: str) -> str:
    """The test file that a snapshot file belongs to by both runners' default, or "" where it is none."""
    folder, name = dirname(path), basename(path)
    if not name.endswith(".snap"):
        return ""
    above = dirname(folder) if basename(folder) == "__snapshots__" else folder
    return (f"{above}/" if above else "") + name.removesuffix(".snap")


def is_snapshot(path: str) -> bool:
    return path.endswith(".snap") or "__snapshots__" in path.split("/")


def is_mock(path: str) -> bool:
    return "__mocks__" in dirname(path).split("/")
