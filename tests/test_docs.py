"""What the documents name is there: variables, files, functions, links, commands."""

import ast
import re
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.documents import ARCHITECTURE, DOCUMENTS, ROOT, anchors, links, read, spans, table

SETTINGS = ROOT / "chatsite/settings.py"
ENV_EXAMPLE = ROOT / ".env.example"
FOR_MAINTAINERS = [ARCHITECTURE, ROOT / "docs/traps.md", ROOT / "CONTRIBUTING.md"]
# Documents shorten paths to what is below these.
FOLDERS = [ROOT, ROOT / "chat", ROOT / "chat/static/chat/js"]
# An empty value means the default, which is not for people to copy, or follows from other variables.
EMPTY = {"SECRET_KEY", "DATABASE_URL", "EMAIL_FROM"}


# The environment


def test_env_example_has_every_variable_with_its_default() -> None:
    variables = _variables_read()
    documented = _documented_variables()
    of_compose = _variables_of_compose()
    assert documented.keys() == variables.keys() | of_compose.keys()
    assert {name: documented[name] for name in of_compose} == of_compose
    assert {name for name in EMPTY if documented[name]} == set()
    simple = {name: default for name, default in variables.items() if default is not None and name not in EMPTY}
    assert {name: documented[name] for name in simple} == simple


def test_setting_what_env_example_says_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    documented = _documented_variables()
    # A test must not write into the checkout, and reading the settings makes their folder.
    assert documented.pop("DATA_DIR") == "var"
    assert "env('DATA_DIR', str(BASE_DIR / 'var'))" in ast.unparse(ast.parse(read(SETTINGS)))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    for name in documented:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    without = _settings()
    for name, value in documented.items():
        monkeypatch.setenv(name, value)
    assert _settings() == without


def test_settings_alone_read_the_environment() -> None:
    for folder in ("chat", "chatsite"):
        for path in (ROOT / folder).rglob("*.py"):
            if path != SETTINGS:
                assert not re.search(r"environ(\.get|\[)|getenv", read(path)), path


def _variables_read() -> dict[str, str | None]:
    """Each variable with its default as one would write it, None where that is computed."""
    found: dict[str, str | None] = {}
    for node in ast.walk(ast.parse(read(SETTINGS))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.startswith("env"):
            name, *rest = node.args
            if isinstance(name, ast.Constant):
                found[ast.literal_eval(name)] = _default(rest[0]) if rest else ""
    return found


def _variables_of_compose() -> dict[str, str]:
    """Each variable that docker-compose.yml alone reads, with its default there."""
    found = dict(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", read(ROOT / "docker-compose.yml")))
    return {name: default for name, default in found.items() if name not in _variables_read()}


def _default(node: ast.expr) -> str | None:
    if not isinstance(node, ast.Constant):
        return None
    return str(int(node.value)) if isinstance(node.value, bool) else str(node.value)


def _documented_variables() -> dict[str, str]:
    return dict(re.findall(r"^# ([A-Z_]+)=(.*)$", read(ENV_EXAMPLE), re.MULTILINE))


def _settings() -> dict[str, object]:
    """As a process that starts now would read them."""
    spec = spec_from_file_location("chatsite.settings_anew", SETTINGS)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: value for name, value in vars(module).items() if name.isupper()}


# Links


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in links(read(document)):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), f"{document.name}: {link}"
        if anchor:
            assert anchor in anchors(read(target)), f"{document.name}: {link}"


# Commands


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_exists(document: Path) -> None:
    [phony] = re.findall(r"^\.PHONY: (.+)$", read(ROOT / "Makefile"), re.MULTILINE)
    text = read(document)
    assert set(re.findall(r"(?:^ {4}|[`;&] *)make ([a-z]+)", text, re.MULTILINE)) <= set(phony.split())
    assert set(re.findall(r"manage\.py (\w+)", text)) <= set(get_commands())


def test_the_readme_names_what_one_runs_first() -> None:
    assert {"make run", "make test"} <= set(re.findall(r"make \w+", read(ROOT / "README.md")))


# Files and functions


@pytest.mark.parametrize("document", FOR_MAINTAINERS, ids=lambda path: path.name)
def test_every_file_named_is_there(document: Path) -> None:
    named = {
        span for span in spans(read(document)) if re.fullmatch(r"[\w./…-]+(/[\w./…-]*|\.(py|js|ts|toml|md))", span)
    }
    assert named
    missing = {name for name in named if not any(_matches(folder, name) for folder in FOLDERS)}
    assert missing == set()


@pytest.mark.parametrize("document", FOR_MAINTAINERS, ids=lambda path: path.name)
def test_every_function_named_is_there(document: Path) -> None:
    known = {name for path in _sources() for name in _functions(path)}
    named = {span.removesuffix("()") for span in spans(read(document)) if re.fullmatch(r"#?[\w.]+\(\)", span)}
    assert named <= known


def test_every_stop_of_a_message_is_in_the_file_named_for_it() -> None:
    for where, functions, _ in table(read(ARCHITECTURE), "where"):
        [name] = spans(where)
        [path] = [folder / name for folder in FOLDERS if (folder / name).is_file()]
        assert {span.removesuffix("()") for span in spans(functions)} <= _functions(path), name


def _matches(folder: Path, name: str) -> bool:
    return any(folder.glob(name.replace("…", "*")))


def _sources() -> Iterator[Path]:
    for folder in ("chat", "chatsite"):
        yield from (ROOT / folder).rglob("*.py")
    yield from FOLDERS[-1].rglob("*.js")


def _functions(path: Path) -> set[str]:
    """The names a document may use: functions, also with their module, and methods with their class."""
    if path.suffix == ".js":
        of_modules = re.findall(r"^(?:export )?(?:async )?function (\w+)", read(path), re.MULTILINE)
        of_classes = re.findall(r"^  (?:async )?(?:get |set )?(#?\w+)\(.*\) \{$", read(path), re.MULTILINE)
        return {*of_modules, *of_classes} - {"if", "for", "while", "switch"}
    names: set[str] = set()
    for node in ast.parse(read(path)).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names |= {node.name, f"{path.stem}.{node.name}"}
        elif isinstance(node, ast.ClassDef):
            methods = (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
            names |= {f"{node.name}.{method.name}" for method in methods}
    return names
