"""How a line of the log looks, and what is kept out of it. Whole servers: tests/processes/test_json_log.py."""

import json
import logging
from typing import Any
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, connection

from chat.ids import connection_id, request_id
from chatsite.logs import JsonFormatter, LineFormatter, WithoutRows, WithoutStrangersTracebacks, logging_config

LINE = "%(levelname)s %(name)s%(ids)s: %(message)s"
DETAIL = "new row violates check constraint\nDETAIL:  Failing row contains (7, what Alice wrote,\nto Bob)."


def record(message: str = "Something %s.", *args: object, error: BaseException | None = None, **extra: Any) -> Any:
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("chat.live.writer", logging.WARNING, __file__, 1, message, args, info)
    made.__dict__.update(extra)
    return made


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


@pytest.fixture(autouse=True)
def _no_ids() -> None:
    """Those of earlier tests are still in the context."""
    request_id.set("")
    connection_id.set("")


@pytest.fixture
def ids(_no_ids: None) -> None:
    request_id.set("0123456789abcdef")
    connection_id.set("fedcba9876543210")


# For programs


@pytest.mark.usefixtures("ids")
def test_a_line_is_one_object() -> None:
    line = json.loads(JsonFormatter().format(record("Something %s.", "broke")))
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "WARNING",
        "logger": "chat.live.writer",
        "message": "Something broke.",
        "request": "0123456789abcdef",
        "connection": "fedcba9876543210",
    }


def test_without_ids_none_are_named() -> None:
    assert set(json.loads(JsonFormatter().format(record("x")))) == {"time", "level", "logger", "message"}


@pytest.mark.usefixtures("ids")
def test_a_record_knows_better_whose_it_is() -> None:
    line = json.loads(JsonFormatter().format(record("x", connection_id="of its own", fields={"status": 200})))
    assert (line["connection"], line["status"]) == ("of its own", 200)


@pytest.mark.parametrize("text", ["two\nlines", "\u2028\x85\x0c", '"quoted"', "\ud800 a half", "消息"])
def test_whatever_is_said_stays_on_its_line(text: str) -> None:
    line = JsonFormatter().format(record(text, error=raised(ValueError(text))))
    assert line.isascii()
    assert line.isprintable()
    told = json.loads(line)
    assert told["message"] == text
    assert told["exception"].startswith("Traceback")
    assert told["exception"].endswith(text)


# For people


@pytest.mark.usefixtures("ids")
def test_people_see_the_ids_too() -> None:
    line = LineFormatter(LINE).format(record("x"))
    assert line == "WARNING chat.live.writer [request 0123456789abcdef, connection fedcba9876543210]: x"


def test_and_nothing_where_there_are_none() -> None:
    assert LineFormatter(LINE).format(record("x")) == "WARNING chat.live.writer: x"


# What is kept out


def test_a_traceback_is_for_what_is_our_fault() -> None:
    strangers, ours = (
        record("x", error=raised(ValueError()), status_code=404),
        record("x", error=raised(ValueError())),
    )
    for each in (strangers, ours):
        assert WithoutStrangersTracebacks().filter(each)
    assert strangers.exc_info is None
    assert ours.exc_info is not None


def test_the_row_that_a_database_refuses_is_not_quoted() -> None:
    def fail() -> BaseException:
        try:
            try:
                raise DataError(DETAIL)
            except DataError as inner:
                raise IntegrityError(DETAIL) from inner
        except IntegrityError as outer:
            return outer

    for made in (record("It said: %s", fail()), record("It broke.", error=fail())):
        assert WithoutRows().filter(made)
        line = JsonFormatter().format(made)
        assert "new row violates check constraint" in line
        assert "Alice" not in line
        assert "Bob" not in line
    assert "what Alice wrote" in JsonFormatter().format(record("It broke.", error=fail())), "the premise"


@pytest.mark.django_db(transaction=True)
def test_nor_by_the_database_itself() -> None:
    words = uuid4().hex
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE words (text varchar(200) CHECK (length(text) < 5))")
        with pytest.raises(IntegrityError) as caught:
            cursor.execute("INSERT INTO words VALUES (%s)", [words])
        cursor.execute("DROP TABLE words")
    made = record("It broke.", error=caught.value)
    assert (words in JsonFormatter().format(made)) == (connection.vendor == "postgresql"), "the premise"
    WithoutRows().filter(made)
    assert words not in JsonFormatter().format(made)


def test_errors_of_others_are_left_alone() -> None:
    made = record("It said: %s, %d", raised(ValueError("a\nb")), 3, error=raised(OSError(2, "not there")))
    WithoutRows().filter(made)
    assert made.getMessage() == "It said: a\nb, 3"
    assert str(made.exc_info[1]) == "[Errno 2] not there"


@pytest.mark.parametrize(("form", "level"), [("line", "WARNING"), ("json", "INFO")])
def test_requests_are_for_programs(form: str, level: str) -> None:
    config = logging_config(form)
    assert config["loggers"]["chat.http"]["level"] == level
    assert config["handlers"]["console"]["formatter"] == form
