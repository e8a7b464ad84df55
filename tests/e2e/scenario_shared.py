"""A store that repositories share behind a real nginx with WebDAV, in the container: what one proved, another one replays."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.e2e import runner
from tests.e2e.repository import create
from tests.e2e.runner import Job
from tests.e2e.service import Service

USER = "firsttry:e2e-password"
CONFIGURATION = """\
daemon off;
{user}
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/bodies;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/root;
    client_max_body_size 0;
    location /shared/ {{
      dav_methods PUT;
      create_full_put_path on;
      limit_except GET {{ auth_basic shared; auth_basic_user_file {folder}/users; }}
    }}
  }}
}}
"""
FILES = {".firsttry.yml": "version: 1\nchecks:\n  a:\n    run: cat a.txt\n    inputs: [a.txt]\n", "a.txt": "a\n"}
NGINX = Path(__file__).with_name("webdav")


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    """Its address. The socket listens before nginx is there, which takes it over by its number, so nobody has to wait for it."""
    (folder / "root" / "shared").mkdir(parents=True)
    (folder / "users").write_text(USER.replace(":", ":{PLAIN}"), encoding="utf-8")
    program = subprocess.run([NGINX], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port, user=user), encoding="utf-8")
        environment = {**os.environ, "NGINX": f"{listening.fileno()};"}
        command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
        with subprocess.Popen(command, env=environment, pass_fds=[listening.fileno()]) as process:
            try:
                yield f"http://127.0.0.1:{port}/shared"
            finally:
                process.terminate()


def new_keys(image: str) -> tuple[str, str]:
    """The secret half and the public one, as the image's own `cache keygen` prints them."""
    said = subprocess.run(["docker", "run", "--rm", image, "cache", "keygen"], check=True, stdout=subprocess.PIPE, text=True).stdout
    secret, public = (line for line in said.splitlines() if line.startswith("ed25519"))
    return secret, public


def run(job: Job) -> tuple[list[str], list[str]]:
    finished = runner.run(job)
    assert finished.code == 0, finished.log
    assert USER not in finished.log
    return job.names("ran"), job.names("replayed")


def test_what_one_repository_proved_another_replays(tmp_path: Path, action_image: str) -> None:
    secret, public = new_keys(action_image)
    with nginx(tmp_path / "nginx") as address:

        def jobs(name: str) -> Service:
            repository = create(tmp_path / name, FILES, action=False)
            return Service(folder=tmp_path / f"{name}-jobs", url="", image=action_image, repository=repository)

        def job(of: Service, given: Mapping[str, str]) -> Job:
            return of.job(inputs={"shared-store": address, "shared-keys": public, **given})

        one, other = jobs("one"), jobs("other")
        writing = {"shared-token": USER, "signing-key": secret}
        refused = job(one, {**writing, "shared-token": "firsttry:wrong"})
        assert run(refused) == (["a"], [])
        assert kept(tmp_path, "ac") == []
        assert '" 401 ' in (tmp_path / "nginx" / "access.log").read_text(encoding="utf-8"), "nginx takes nothing without the password"
        assert "could not be kept in the shared store" in refused.file("GITHUB_STEP_SUMMARY")

        assert run(job(one, writing)) == (["a"], [])
        signed = [path for path in kept(tmp_path, "ac") if b'"ending":"passed"' in path.read_bytes().replace(b"\\", b"")]
        assert len(signed) == 1, "the record; histories are entries too"
        assert kept(tmp_path, "cas"), "its manifest and log"
        reading = job(other, {})
        assert run(reading) == ([], ["a"])
        assert "proved" in reading.file("GITHUB_STEP_SUMMARY")

        content = signed[0].read_bytes()
        signed[0].write_bytes(content.replace(b"refs/heads/main", b"refs/heads/next"))
        assert signed[0].read_bytes() != content
        assert run(job(other, {})) == (["a"], []), "what the key did not sign is a miss"


def kept(folder: Path, part: str) -> list[Path]:
    return [path for path in (folder / "nginx" / "root" / "shared" / part).rglob("*") if path.is_file()]
