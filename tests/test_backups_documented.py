"""Services and documents call the two commands by options that they have."""

import re
import shlex

import pytest
from django.core.management import CommandError, load_command_class

from tests.documents import ROOT, read

BACKUP_PAGE = ROOT / "docs/backup.md"
CALL = re.compile(r"(?:manage\.py|web-1) (backup|restore)\b([^|`>&\n]*)")
OF_COMPOSE = re.compile(r"command: \[backup, (.+)\]$", re.MULTILINE)
DEFAULT = re.compile(r"\$\{\w+:-(\w+)\}")


def calls() -> list[tuple[str, str]]:
    """Each command with its arguments, as a shell would read them."""
    unit = read(ROOT / "deploy/systemd/chatsite-backup.service")
    pages = read(BACKUP_PAGE) + read(ROOT / "docs/self-hosting.md")
    [scheduled] = OF_COMPOSE.findall(read(ROOT / "docker-compose.yml"))
    of_compose = DEFAULT.sub(r"\1", scheduled).replace(",", " ")
    found = [(name, re.sub(r"<.*", "", arguments)) for name, arguments in CALL.findall(unit + pages)]
    return [*found, ("backup", of_compose)]


def test_every_call_is_one_that_the_commands_understand() -> None:
    found = calls()
    assert len(found) > 8
    for name, arguments in found:
        parser = load_command_class("chat", name).create_parser("manage.py", name)
        parser.parse_args(shlex.split(arguments))
    with pytest.raises(CommandError, match="unrecognized"):
        load_command_class("chat", "backup").create_parser("manage.py", "backup").parse_args(["--nightly"])


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_every_option_is_explained(name: str) -> None:
    text = read(BACKUP_PAGE) + read(ROOT / "docs/self-hosting.md") + read(ROOT / "docker-compose.yml")
    own = vars(load_command_class("chat", name).create_parser("manage.py", name).parse_args([]))
    common = vars(load_command_class("chat", "serve").create_parser("manage.py", "serve").parse_args([]))
    options = own.keys() - common.keys() - {"file"}
    assert options
    for option in options:
        assert f"--{option.replace('_', '-')}" in text, option
