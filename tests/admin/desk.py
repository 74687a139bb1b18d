"""What the tests of the desk ask again and again."""

from typing import Any

from django.contrib.messages import get_messages
from django.test import Client

from chat.models import User


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(f"/admin/{address}")
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def act(client: Client, model: str, name: str, *ids: int, **fields: Any) -> list[str]:
    """Send the form of an act; what the desk said."""
    chosen = ",".join(map(str, ids))
    answer = client.post(f"/admin/chat/{model}/act/{name}/?ids={chosen}", fields)
    assert answer.status_code == 302, answer.content.decode()
    return said(answer)


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]
