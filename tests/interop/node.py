"""The real programs from npm, in the locked versions, installed where they are not yet."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support import npm

MODULES = npm.BUILD / "interop"


def install() -> Path:
    return npm.install(Path(__file__).parent / "npm", MODULES)


def node(script: str, *arguments: str, folder: Path, variables: Mapping[str, str] = {}) -> str:
    """What it prints. It sees nothing of this environment but the path."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **variables}
    command = ["node", str(MODULES / script), *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def said(output: str) -> Any:
    """The JSON of its last line."""
    return json.loads(output.splitlines()[-1])


@contextmanager
def azurite(folder: Path, account: str, key: str) -> Iterator[str]:
    """The address of a blob service of this account, on loopback."""
    script = MODULES / "node_modules/azurite/dist/src/blob/main.js"
    options = ["--blobHost", "127.0.0.1", "--blobPort", "0", "--location", str(folder), "--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "AZURITE_ACCOUNTS": f"{account}:{key}"}
    process = subprocess.Popen(["node", str(script), *options], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "successfully listens on " in line:
                yield line.split("listens on ")[1].strip()
                break
        else:
            raise AssertionError("the blob service ended")
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()
