"""Limits on attempts when Redis is away."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from chat.models import User
from chatsite.cache import RedisOrMemoryCache
from tests.cast import PASSWORD
from tests.services.redis import RedisServer

SignIn = Callable[[str], bool]


@pytest.fixture
def sign_in(db: None) -> SignIn:
    def attempt(password: str) -> bool:
        answer = Client().post("/accounts/login/", {"login": "bob", "password": password})
        return answer.status_code == 302

    return attempt


@pytest.fixture(autouse=True)
def _redis_is_tried_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RedisOrMemoryCache, "away_until", 0.0)


def use_redis(settings: Settings, url: str) -> None:
    settings.CACHES = {"default": {"BACKEND": "chatsite.cache.RedisOrMemoryCache", "LOCATION": url}}


def test_without_redis_people_sign_in_and_attempts_stay_limited(
    bob: User, settings: Settings, sign_in: SignIn
) -> None:
    use_redis(settings, "redis://127.0.0.1:1/0")
    assert sign_in(PASSWORD)
    assert not any(sign_in("wrong") for _ in range(5))
    assert not sign_in(PASSWORD), "five wrong ones were counted"


def test_the_count_is_in_redis_while_it_answers(
    bob: User, settings: Settings, sign_in: SignIn, redis_server: RedisServer
) -> None:
    use_redis(settings, redis_server.url)
    cache.clear()
    assert not any(sign_in("wrong") for _ in range(5))
    assert not sign_in(PASSWORD)
    cache.clear()
    assert sign_in(PASSWORD), "it was Redis that remembered"
