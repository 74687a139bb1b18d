"""What the socket's door does by itself; the rest is shown over real servers in tests/contract."""

from typing import Any

from chat.consumers import ChatConsumer


async def test_a_client_that_has_just_left_needs_no_close() -> None:
    tried: list[Any] = []

    async def send(message: dict[str, Any]) -> None:
        tried.append(message)
        raise OSError("the client has left")  # as a server tells it by the ASGI specification

    consumer = ChatConsumer()
    consumer.base_send = send
    await consumer._close(1012)
    assert tried == [{"type": "websocket.close", "code": 1012}]
