"""The configurations of docs/howto/serve.md, read by the programs that they are for."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from messagestore import Settings
from tests.acceptance.pages import environment as variables
from tests.acceptance.pages import run
from tests.integration.http.served import Served, served
from tests.programs import required
from tests.unit.http.signing import SCHEMES, SECRET

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "serve.md"
PUBLIC_URL = "https://messages.example.com"

Proxy = Callable[[Served, Path], tuple[list[str], Path]]
"""Writes the configuration of a proxy; returns the command that runs it, and its socket."""
Folders = pytest.TempPathFactory

_NGINX = """\
daemon off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen unix:{socket};
        server_name messages.example.com;
        {snippet}
    }}
}}
"""
_CADDY = """\
{{
    admin off
    auto_https off
}}
{snippet}
"""


def _block(language: str) -> str:
    """Return the one block of the page in this language."""
    found = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (block,) = found
    return str(block)


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    """A word that it does not know is a warning only, so there must be none."""
    unit = tmp_path / "messagestore.service"
    installed = Path(sys.executable).parent / "messagestore"
    text = _block("ini").replace("/opt/messagestore/bin/messagestore", str(installed))
    unit.write_text(text)
    done = subprocess.run(
        [required("systemd-analyze"), "verify", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, _about(unit, done.stderr)) == (0, [])
    unit.write_text(text.replace("NoNewPrivileges=", "NoNewPrivilege="))
    done = subprocess.run(
        [required("systemd-analyze"), "verify", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert len(_about(unit, done.stderr)) == 1


def _about(unit: Path, log: str) -> list[str]:
    """Return the lines about our unit: the machine's own units may have faults of theirs."""
    return [line for line in log.splitlines() if unit.name in line]


def _nginx(service: Served, folder: Path) -> tuple[list[str], Path]:
    snippet = _block("nginx").replace("http://127.0.0.1:8080", service.url)
    configuration, socket = folder / "nginx.conf", folder / "s"
    configuration.write_text(_NGINX.format(folder=folder, socket=socket, snippet=snippet))
    command = [required("nginx"), "-p", str(folder), "-e", "stderr", "-c", str(configuration)]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=True)
    assert "syntax is ok" in checked.stderr
    assert "[warn]" not in checked.stderr.replace('[warn] the "user" directive', "")
    return command, socket


def _caddy(service: Served, folder: Path) -> tuple[list[str], Path]:
    """Without its certificate, which Caddy would ask the world for."""
    socket = folder / "s"
    snippet = _block("caddy").replace("127.0.0.1:8080", service.url[len("http://") :])
    adapted = folder / "as it stands"
    adapted.write_text(_block("caddy"))
    caddy = required("caddy")
    check = [caddy, "adapt", "--adapter", "caddyfile", "--config", str(adapted)]
    subprocess.run(check, capture_output=True, check=True)
    name = "messages.example.com {"
    assert name in snippet
    snippet = snippet.replace(name, f"http://{name}\n    bind unix/{socket}")
    configuration = folder / "Caddyfile"
    configuration.write_text(_CADDY.format(snippet=snippet))
    return [caddy, "run", "--adapter", "caddyfile", "--config", str(configuration)], socket


@contextmanager
def _behind(proxy: Proxy, service: Served, folder: Path) -> Iterator[httpx.Client]:
    """Run a proxy before the service, and give a client of it."""
    command, socket = proxy(service, folder)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 30
        while not socket.exists():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < until, "the proxy does not listen"
            time.sleep(0.02)
        transport = httpx.HTTPTransport(uds=str(socket))
        inside = PUBLIC_URL.replace("https", "http")
        with httpx.Client(transport=transport, base_url=inside, timeout=60) as client:
            yield client
    finally:
        process.terminate()
        process.wait()


@pytest.mark.parametrize("proxy", [_nginx, _caddy])
def test_a_proxy_lets_webhooks_the_api_and_the_stream_through(
    proxy: Proxy, settings: Settings, database_url: str, tmp_path_factory: Folders
) -> None:
    """Twilio signs the URL that it calls: the proxy must leave path and query as they came."""
    folder = tmp_path_factory.mktemp("p")  # a short name: it has a socket in it
    environment = {
        "MESSAGESTORE_PUBLIC_URL": PUBLIC_URL,
        "MESSAGESTORE_WEBHOOK_SECRETS": json.dumps({"twilio": [SECRET]}),
    }
    form = {"MessageSid": "SM1", "From": "+12025550171", "To": "+12025550100", "Body": "à & b"}
    body, path = urlencode(form).encode(), "/webhooks/twilio?a=%20b&c=%C3%A9"
    headers = SCHEMES["twilio"].sign(body, SECRET, datetime.now(UTC), f"{PUBLIC_URL}{path}")
    token = ["-m", "messagestore", "token", "create", "listener", "--scope", "read"]
    secret = run(variables(database_url, settings.spool_folder), *token).strip()
    bearer = {"Authorization": f"Bearer {secret}"}
    with served(settings, **environment) as service, _behind(proxy, service, folder) as client:
        assert client.post(f"{path}&d=1", content=body, headers=headers).status_code == 401
        assert client.get("/api/v1/stats").status_code == 401
        with client.stream("GET", "/api/v1/stream", headers=bearer) as stream:
            # An event comes while the answer goes on: the proxy keeps nothing back.
            assert client.post(path, content=body, headers=headers).status_code == 200
            told = next(line for line in stream.iter_lines() if line.startswith("data: {"))
        assert json.loads(told.removeprefix("data: "))["content"] == "à & b"
        assert client.get("/api/v1/stats", headers=bearer).json()["total"] == 1
        assert "messagestore" in httpx.get(f"{service.url}/metrics").text
        assert "messagestore" not in client.get("/metrics").text
