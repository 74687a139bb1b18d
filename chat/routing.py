"""Which socket leads where."""

from channels.routing import URLRouter
from django.urls import path

from chat.consumers import ChatConsumer

websocket = URLRouter([path("ws/", ChatConsumer.as_asgi())])
