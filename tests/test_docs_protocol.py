"""docs/protocol.md says what the code does: every command, event, field, code, limit and address."""

import ast
import importlib
import inspect
import json
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, get_args

import msgspec
from django.urls import URLPattern, URLResolver

from chat import limits, protocol, protocol_moderation, urls
from chat.actions.moderation import reporting
from chat.api import bodies
from chat.views.errors import STATUS, not_found
from tests.documents import PROTOCOL, ROOT, named_fields, read, table

TEXT = read(PROTOCOL)
JS_PROTOCOL = read(ROOT / "chat/static/chat/js/protocol.js")
Struct = type[msgspec.Struct]


def test_every_command_is_documented_with_its_fields() -> None:
    documented = {row[0].strip("`"): named_fields(row[1]) for row in table(_section("3. Commands"), "type")}
    assert documented == {_tag(command): fields_of(command) for command in get_args(protocol.AnyCommand)}


def test_every_event_is_documented_with_its_fields() -> None:
    documented = {row[0].strip("`"): named_fields(row[1]) for row in table(_section("4. Events"), "type")}
    events = protocol.Event.__subclasses__()
    assert {name: set(fields) for name, fields in documented.items()} == {
        _tag(event): set(fields_of(event)) for event in events
    }


def test_every_object_is_documented_with_its_fields() -> None:
    documented = {
        name: set(re.findall(r'"(\w+)"', fields))
        for name, fields in re.findall(r"^(\w+) +\{([^}]+)\}", _section("5. Objects"), re.MULTILINE)
    }
    objects: dict[str, Struct] = {
        "user": protocol.User,
        "room": protocol.Room,
        "message": protocol.Message,
        "member": protocol.Member,
        "reply_to": protocol.Quote,
        "reaction": protocol.Reaction,
        "attachment": protocol.Attachment,
        "notice": protocol_moderation.Notice,
        "place": protocol_moderation.Place,
        "sanction": protocol_moderation.Sanction,
        "act": protocol_moderation.Act,
        "removal": protocol_moderation.Removal,
        "note": protocol_moderation.Note,
    }
    assert documented == {name: set(fields_of(kind)) for name, kind in objects.items()}
    shared = re.search(r"Inside `changes` a room has only ([^:]+):", TEXT)
    assert shared
    assert set(named_fields(shared[1])) == set(fields_of(protocol.RoomState))


def test_every_error_code_is_documented_with_its_status() -> None:
    documented = {row[0].strip("`"): int(row[1]) for row in table(TEXT, "code")}
    assert documented == STATUS
    assert set(documented) == set(protocol.ERROR_CODES)


def test_every_close_code_is_documented() -> None:
    documented = {int(row[0]) for row in table(TEXT, "close")}
    assert documented == {code for name, code in vars(protocol.Close).items() if name.isupper()}


def test_every_limit_is_documented() -> None:
    assert dict(table(_section("10. Limits"), "what")) == {
        "window of a connection": _kibibytes(protocol.WINDOW),
        "heartbeat": f"{protocol.HEARTBEAT} s",
        "client frame": _kibibytes(protocol.MAX_INBOUND),
        "`events` or `delta` object of several changes": _kibibytes(protocol.MAX_OBJECT),
        "commands without a reply": str(protocol.MAX_WAITING),
        "characters of a message": f"{protocol.TEXT_LENGTH:,}",
        "attachments of a message": str(_most_attachments()),
        "unread count": f"{protocol.UNREAD_CAP:,}",
        "posts of a person": f"{limits.POSTS.amount} in {limits.POSTS.get_expiry()} s",
        "commands of a person": f"{limits.COMMANDS.amount} in {limits.COMMANDS.get_expiry()} s",
        "sockets of a person": str(limits.SOCKETS),
        "reports of a person": f"{reporting.MOST} in {reporting.WITHIN // timedelta(hours=1)} h",
    }


def test_the_client_knows_the_same_constants() -> None:
    constants = dict(re.findall(r"^export const (\w+) = ([^;]+);", JS_PROTOCOL, re.MULTILINE))
    closes = dict(re.findall(r"(\w+): (\d+)", constants.pop("CLOSE")))
    assert {name: json.loads(value) for name, value in constants.items()} == {
        "SUBPROTOCOL": protocol.SUBPROTOCOL_JSON,
        "MAX_TEXT": protocol.TEXT_LENGTH,
        "MAX_ATTACHMENTS": _most_attachments(),
        "MAX_UNREAD": protocol.UNREAD_CAP,
    }
    assert {name: int(code) for name, code in closes.items()} == {
        "signedOut": protocol.Close.SIGNED_OUT,
        "refused": protocol.Close.DISABLED,
        "tooSlow": protocol.Close.TOO_SLOW,
        "tooMany": protocol.Close.TOO_MANY,
    }


def test_the_client_knows_the_same_error_codes() -> None:
    own = {"aborted"}  # of an upload that its sender took back; it never goes over the wire
    sources = [read(path) for path in (ROOT / "chat/static/chat/js").rglob("*.js")]
    known = {code for source in sources for code in re.findall(r'\bcode === "(\w+)"', source)}
    assert known > own
    assert known - own <= set(protocol.ERROR_CODES)


def test_every_address_of_the_api_is_documented_with_its_fields() -> None:
    rows = {_bare(row[0]): row for row in table(_section("8. HTTP"), "request")}
    handlers = dict(_api_handlers())
    assert rows.keys() == handlers.keys()
    for request, handler in handlers.items():
        if kind := _body_of(handler):
            assert named_fields(rows[request][1]) == fields_of(kind), request


def test_every_page_is_documented() -> None:
    assert {_bare(row[0]) for row in table(_section("8. HTTP"), "address")} == set(_pages(urls.urlpatterns, "/"))


def test_the_examples_of_json_are_json() -> None:
    examples = re.findall(r"^```json\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert examples
    for line in "".join(examples).splitlines():
        json.loads(line.replace("{…}", "{}"))


def test_a_field_that_may_be_left_out_is_told_from_one_that_must_stand() -> None:
    assert named_fields("`room`, `reply_to`?") == {"room": True, "reply_to": False}


def _section(heading: str) -> str:
    start = TEXT.index(f"\n## {heading}\n")
    end = TEXT.find("\n## ", start + 1)
    return TEXT[start : None if end < 0 else end]


def _tag(kind: Struct) -> str:
    return str(kind.__struct_config__.tag)


def fields_of(kind: Struct) -> dict[str, bool]:
    """The fields of a struct, and whether each must be given. Every command has a `ref`, which goes unsaid."""
    unsaid = {"ref"} if issubclass(kind, protocol.Command) else set()
    return {field.name: field.required for field in msgspec.structs.fields(kind) if field.name not in unsaid}


def _kibibytes(size: int) -> str:
    return f"{size // 1024} KiB"


def _most_attachments() -> int:
    [field] = [field for field in msgspec.structs.fields(protocol.Post) if field.name == "attachments"]
    most: int = field.type.__metadata__[0].max_length
    return most


def _api_handlers() -> Iterator[tuple[str, Any]]:
    """Each `METHOD /path` of the API with the function that answers."""
    for call in ast.walk(ast.parse(read(ROOT / "chat/api/urls.py"))):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "path"):
            continue
        address, view = call.args
        path = _bare(f"/api/{ast.literal_eval(address)}")
        if isinstance(view, ast.Call):
            for method in view.keywords:
                yield f"{method.arg} {path}", _resolve("chat.api", ast.unparse(method.value))
        else:
            yield f"GET {path}", _resolve("chat", ast.unparse(view))


def _resolve(package: str, dotted: str) -> Any:
    module, name = dotted.split(".")
    return getattr(importlib.import_module(f"{package}.{module}"), name)


def _body_of(handler: Any) -> Struct | None:
    """What a handler reads, by the struct it names."""
    named = re.search(r"read_(?:body|query)\(request, (?:bodies\.)?(\w+)\)", inspect.getsource(handler))
    return getattr(bodies, named[1]) if named else None


def _pages(patterns: Iterable[object], start: str) -> Iterator[str]:
    for pattern in patterns:
        assert isinstance(pattern, URLPattern | URLResolver)
        address = start + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            # What is not routed below /api/ is answered in JSON, which is no address of its own.
            if pattern.callback is not not_found:
                yield _bare(address)
        elif address != "/api/":
            yield from _pages(pattern.url_patterns, address)


def _bare(address: str) -> str:
    """An address without the names and kinds of its variable parts, as Django and people write them."""
    groups = re.sub(r"\(\?P<\w+>[^)]+\)(-\(\?P<\w+>[^)]+\))*", "<>", address.strip("`").replace("^", ""))
    return re.sub(r"<[^>]*>", "<>", groups).removesuffix("$")
