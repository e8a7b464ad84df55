"""Reads one JavaScript or TypeScript text for what it could depend on: quickly, and rather too much than too little.

It is no parser, so it can't be confused by syntax that it doesn't know: every stretch between two quotes of one kind is a literal.
"""

import re

from ftaction.model.narrow import Blind, Scan
from ftaction.tools.narrow.sets import named

FORMAT = 2  # of what `scan` returns, for whoever remembers it

_LONGEST = 200  # characters of a literal that is a path
_LARGEST = 1_000_000  # characters of a source that somebody wrote
_PATH = re.compile(r"[^\s\"'`\\${}]+(?: [^\s\"'`\\${}]+)*")
_WORD = re.compile(r"[\w@#~-]+")
_ENDING = re.compile(r"\.\w{1,5}$")
_GLOB = re.compile(r"\*\*/|/\*|\*\.\w|/\{")
_MOCK = (
    r"\b(?:jest|vi|vitest)\s*+\.\s*+(?:mock|unmock|doMock|dontMock|doUnmock|setMock|requireActual|requireMock|importActual|importMock|"
    r"createMockFromModule|genMockFromModule|unstable_mockModule|unstable_unmockModule|deepUnmock)"
)
_SPACE = r"(?:\s|/\*[^*]{0,300}\*/)*+"  # possessive, as everything here: no text may take long
_OPEN = rf"\b(?:import|require(?:\.resolve)?|import\.meta\.resolve)\s*+(?:\?\.)?\({_SPACE}"
_IMPORTED = re.compile(rf"""(?:\bfrom\s*+|\bimport\s*+|{_OPEN}|{_MOCK}\s*+\(\s*+)(["'`])([^"'`\n]{{1,300}})\1""")
_COMPUTED = re.compile(
    r"\b(?=[irncmMejv])(?:"  # the first letters of what follows: most words are passed over at once
    rf"""{_OPEN}(?![\s"'`)])|{_OPEN}`[^`]{{0,300}}\$\{{|{_OPEN}(["'])[^"'\n]{{0,300}}\1\s*+(?![),])|new\s++URL\(\s*+(?!["'])[^)]{{0,300}}import\.meta"""
    r"""|import\.meta\.glob|require\.(?:context|cache|extensions|main)\b|createRequire\b|module\.require\b|Module\._|eval\(|new\s++Function\("""
    rf"""|{_MOCK}\s*+\(\s*+(?!import\s*+\()\w)"""
)
_PLACED = re.compile(r"\b__dirname\b|\bimport\.meta\.dirname\b|\bprocess\.(?:cwd|chdir)\b|\b__filename\b|\bimport\.meta\.filename\b")
_STARTED = re.compile(r"\bnew\s++(?:Shared)?Worker\b|\bBun\.(?:spawn|\$)|\bDeno\.|\bprocess\.binding\b|\bprocess\.dlopen\b")
_READ = re.compile(r"\bBun\.file\b|\bprocess\.(?:loadEnvFile|getBuiltinModule)\b|\bnpm_package_")  # which is what npm read in package.json
_TESTED = re.compile(r"(?<![.\w$])(?:test|it|describe|suite|bench)(?:\s*+\.\s*+\w++)*+\s*+[(`]|\bimport\.meta\.vitest\b")


_READERS = named(
    "fs fs/promises fs-extra graceful-fs fs-jetpack mock-fs memfs unionfs glob globby fast-glob tinyglobby tiny-glob fdir readdirp recursive- "
    "readdir walk klaw chokidar find-up find-up-simple pkg-up pkg-dir read-pkg read-pkg-up cosmiconfig lilconfig c12 unconfig rc requireindex "
    "require-all require-dir require-directory import-fresh import-from import-local jiti bundle-require proxyquire rewire esm typescript ts-node "
    "ts-morph esbuild rollup rolldown webpack vite parcel @babel/core @babel/register @swc/core eslint stylelint prettier typeorm sequelize knex "
    "umzug @graphql-tools/load @graphql-tools/load-files jsdom vm"
)
_STARTERS = named(
    "child_process worker_threads cluster execa cross-spawn zx shelljs tinyexec nano-spawn foreground-child nodemon pm2 concurrently npm-run-all "
    "puppeteer puppeteer-core playwright playwright-core @playwright/test testcontainers piscina tinypool workerpool jest-worker threads cypress "
    "node-pty nexpect clet coffee @npmcli/promise-spawn start-server-and-test"
)


def scan(text: str) -> Scan:
    """What the text could depend on, and what it does that imports don't show."""
    if len(text) > _LARGEST:
        return Scan(blind=(Blind.LOADS,), tests=True)
    pieces = {piece for quote in "\"'`" for piece in text.split(quote)[1:-1] if len(piece) <= _LONGEST}
    texts = {piece for piece in pieces if _PATH.fullmatch(piece) and _is_path(piece)}
    imports = {found[2] for found in _IMPORTED.finditer(text)}
    used = {name.removeprefix("node:") for name in imports}
    signs = (
        (Blind.READS, used & _READERS or _READ.search(text)),
        (Blind.STARTS, used & _STARTERS or _STARTED.search(text)),
        (Blind.LOADS, _COMPUTED.search(text) or any(name.startswith(("virtual:", "~")) and "/" not in name for name in imports) or "module" in used),
        (Blind.LISTS, any(_GLOB.search(piece) for piece in texts)),
        (Blind.PLACES, _PLACED.search(text)),
    )
    return Scan(
        texts=tuple(sorted(texts)),
        imports=tuple(sorted(imports)),
        blind=tuple(blind for blind, sign in signs if sign),
        tests=bool(_TESTED.search(text)),
    )


def _is_path(piece: str) -> bool:
    if "://" in piece and not piece.startswith("file:"):
        return False
    if " " in piece:
        return "/" in piece or bool(_ENDING.search(piece))
    return "/" in piece or "." in piece or bool(_WORD.fullmatch(piece))
