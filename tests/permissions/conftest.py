"""One cast for all requests of a module: whatever a request changes is taken back at once."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from . import company


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[company.Company]:
    with django_db_blocker.unblock():
        block = transaction.atomic()
        # As Django's own tests do: what wants a transaction of its own takes this one for none.
        block._from_testcase = True  # type: ignore[attr-defined]
        with block:
            yield company.gather()
            transaction.set_rollback(True)
