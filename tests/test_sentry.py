"""What reaches Sentry of an error: where it broke, and nothing that anybody wrote."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from chat.actions.posting import Draft
from chat.errors import UNAVAILABLE
from chat.ids import connection_id
from chat.live import writer as writers
from chat.models import Room
from chatsite import sentry
from tests.cast import add_person

DSN = "https://0123456789abcdef0123456789abcdef@sentry.example.org/1"
# Not to be found in this file, of which lines are sent.
SECRET, ASKED, NAME = uuid4().hex, uuid4().hex, f"n{uuid4().hex[:12]}"


class Box(Transport):
    """Where everything arrives that would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list[Envelope] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)

    @property
    def events(self) -> list[Any]:
        return [event for envelope in self.envelopes if (event := envelope.get_event()) is not None]

    @property
    def text(self) -> str:
        return b"".join(envelope.serialize() for envelope in self.envelopes).decode()


@pytest.fixture
def box() -> Iterator[Box]:
    box = Box()
    with sentry_sdk.isolation_scope():
        sentry.start(DSN, release="1.2.3", transport=box)
        yield box
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


def test_an_error_in_a_post_tells_where_it_broke_and_no_more(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(drafts: Sequence[Draft]) -> None:
        raise ValueError(f"cannot store {drafts[0].text!r}")

    monkeypatch.setattr(writers, "post_many", break_down)
    connection_id.set("0123456789abcdef")
    assert writers._post([Draft(1, 1, "a ref", SECRET)]) == [UNAVAILABLE]
    [event] = box.events
    assert (event["logger"], event["level"], event["release"]) == ("chat.live.writer", "error", "1.2.3")
    assert event["message"] == "A batch failed."
    assert event["tags"]["connection"] == "0123456789abcdef"
    [exception] = event["exception"]["values"]
    assert (exception["type"], exception["value"]) == ("ValueError", "")
    assert exception["stacktrace"]["frames"][-1]["function"] == "break_down"
    assert all("vars" not in frame for frame in exception["stacktrace"]["frames"])
    assert SECRET not in box.text


@pytest.mark.django_db
def test_an_error_in_a_view_names_nobody(
    box: Box, client: Client, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chat.api import messages

    def break_down(draft: Draft) -> None:
        raise ValueError(f"cannot store {draft.text!r}")

    person = add_person(NAME)
    client.raise_request_exception = False
    client.force_login(person)
    monkeypatch.setattr(messages, "_store", break_down)
    body = {"ref": "a ref", "text": SECRET}
    path = f"/api/rooms/{general.pk}/messages?asked={ASKED}"
    answer = client.post(path, body, content_type="application/json")
    assert answer.status_code == 500
    [event] = box.events
    assert event["logger"] == "django.request"
    assert event["tags"]["request"] == answer.headers["X-Request-ID"]
    for kept_back in ("request", "user", "breadcrumbs", "extra", "contexts", "logentry"):
        assert not event.get(kept_back)
    session = client.cookies["sessionid"].value
    for secret in (SECRET, session, NAME, ASKED):
        assert secret not in box.text


@pytest.mark.parametrize(
    ("logger", "told"), [("chat.live.hub", "Room %d of %s broke."), ("django.request", "Room %d of %s broke.")]
)
def test_a_line_without_an_exception_goes_as_it_stands_in_the_code(box: Box, logger: str, told: str) -> None:
    logging.getLogger(logger).error(told, 7, SECRET)
    [event] = box.events
    assert event["message"] == told
    assert SECRET not in box.text


def test_what_others_make_a_line_of_does_not_go(box: Box) -> None:
    """Daphne logs whole tracebacks as the line itself."""
    logging.getLogger("daphne.http_protocol").error(f"Traceback: {SECRET}")  # noqa: G004
    [event] = box.events
    assert event["logger"] == "daphne.http_protocol"
    assert SECRET not in box.text


def test_warnings_are_not_reported(box: Box) -> None:
    logging.getLogger("chat").warning("The database is away.")
    assert box.envelopes == []


@pytest.mark.parametrize(
    "dsn", ["sentry.example.org", "https://sentry.example.org/1", "https://key@sentry.example.org"]
)
def test_a_wrong_address_is_named_in_one_sentence(dsn: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN must look like"):
        sentry.start(dsn, release="1.2.3")


def test_the_fixture_leaves_nothing_behind() -> None:
    assert not sentry_sdk.get_client().is_active()
