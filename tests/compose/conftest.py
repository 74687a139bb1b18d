"""One stack for the whole folder, set up once by its first test; the tests run in the order of their file."""

import os
from collections.abc import Iterator

import pytest

from tests.compose.stack import Stack, new_stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with new_stack() as stack:
        stack.prepare()
        stack.up()
        # Every client of the tests, whatever library it uses, believes the proxy's own authority.
        before = os.environ.get("SSL_CERT_FILE")
        os.environ["SSL_CERT_FILE"] = str(stack.trust())
        yield stack
        os.environ.pop("SSL_CERT_FILE")
        if before:
            os.environ["SSL_CERT_FILE"] = before
