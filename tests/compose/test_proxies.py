"""Whom the site believes about where people come from: its own proxy, and one before it if it is told of one."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from tests.compose.stack import Stack
from tests.services.front import CADDY, Front, make_certificate, running_front


def seen(stack: Stack, port: int, certificate: Path) -> str:
    """What `manage.py doctor` says of the proxies before the stack's processes, which expect one."""
    settings = {"TRUSTED_PROXIES": "1", "SITE_URL": stack.url, "SSL_CERT_FILE": str(certificate)}
    site = replace(stack.site, settings=stack.site.settings | settings)
    done = site.manage("doctor", "--json", "--connect-to", f"127.0.0.1:{port}", check=False)
    [finding] = [finding for finding in json.loads(done.stdout) if finding["check"] == "proxy"]
    return f"{finding['grade']}: {finding['sentence']}"


def test_the_doctor_of_a_process_finds_the_stack_well(stack: Stack) -> None:
    port = urlsplit(stack.url).port
    done = stack.compose(
        "exec", "--no-TTY", "web-1", "python", "manage.py", "doctor", "--connect-to", f"proxy:{port}", check=False
    )
    troubles = [line for line in done.stdout.splitlines() if line.startswith(("problem", "warning"))]
    # The proxy's own authority, which a container does not know.
    assert [line.partition(":")[0].split() for line in troubles] == [["warning", "certificate"]]
    assert done.returncode == 0


def test_the_stack_s_own_proxy_believes_nobody(stack: Stack) -> None:
    assert seen(stack, stack.https_port, stack.trust()).startswith("ok: ")


def test_behind_another_proxy_both_are_counted(stack: Stack, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, "localhost")
    with running_front(Front(stack.inner_port, CADDY, certificate)) as front:
        assert "TRUSTED_PROXIES is 1, too few" in seen(stack, front.port, certificate)
