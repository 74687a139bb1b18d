"""For what stands before the middleware of static files, and is asynchronous or not as a server is."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Finish = Callable[[HttpResponseBase], HttpResponseBase]


class EitherMiddleware:
    """Middleware that is synchronous or not, as what comes after it is."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        finish = self.begin(request)
        if self.is_async:
            return self._answer(request, finish)
        return finish(self.get_response(request))

    async def _answer(self, request: HttpRequest, finish: Finish) -> HttpResponseBase:
        return finish(await self.get_response(request))

    def begin(self, request: HttpRequest) -> Finish:
        """Called with each request; what it returns is called with the response, and gives the one to send."""
        raise NotImplementedError
