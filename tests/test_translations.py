"""Whoever chooses another language finds every word in it."""

import gettext
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.translation import to_locale
from pytest_django import Settings

from chat.models import Room, User
from chat.views import errors
from tests import words

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def pages_catalog(language: str) -> Path:
    return words.CATALOGS / to_locale(language) / "LC_MESSAGES" / "django.po"


def client_catalog(language: str) -> dict[str, Any]:
    catalog: dict[str, Any] = json.loads((words.CATALOGS / "js" / f"{language}.json").read_text(encoding="utf-8"))
    return catalog


def compiled(source: Path, to: Path) -> dict[Any, str]:
    subprocess.run(["msgfmt", "--check-format", "-o", to, source], check=True)
    return entries(to)


def entries(catalog: Path) -> dict[Any, str]:
    """What a compiled catalog translates: texts, and (text, number of the form) where something is counted."""
    with catalog.open("rb") as file:
        found: dict[Any, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # no other way
    found.pop("")  # its head
    return found


# The words of the pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_catalog_has_the_texts_of_the_code_and_no_other(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("chat", "templates", "chatsite"):
        shutil.copytree(words.ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("static", "__pycache__"))
    copy = tmp_path / pages_catalog(language).relative_to(words.ROOT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [str(tmp_path / "chat" / "locale")])
    locale = to_locale(language)
    call_command("makemessages", locale=[locale], no_location=True, no_wrap=True, no_obsolete=True, verbosity=0)

    def body(catalog: Path) -> str:
        return catalog.read_text(encoding="utf-8").split("\n\n", 1)[1]

    assert "Browse rooms" in body(copy)
    assert body(copy) == body(pages_catalog(language)), "Run bin/messages and translate what is new."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_pages_is_translated(language: str, tmp_path: Path) -> None:
    source = pages_catalog(language)
    texts = source.read_text(encoding="utf-8")
    assert "fuzzy" not in texts
    translations = compiled(source, tmp_path / "translated.mo")
    # msgfmt leaves out what is not translated. The one more is the head.
    assert len(translations) == texts.count("\nmsgid ") - 1
    for text, ours in translations.items():
        # What is counted has two originals, which msgfmt compares.
        if isinstance(text, str):
            assert words.placeholders(ours) == words.placeholders(text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalog_is_that_of_its_source(language: str, tmp_path: Path) -> None:
    source = pages_catalog(language)
    assert entries(source.with_suffix(".mo")) == compiled(source, tmp_path / "now.mo"), "Run bin/messages."


# The words of the client


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clients_catalog_translates_the_texts_of_the_code_and_no_other(language: str) -> None:
    catalog, texts = client_catalog(language), words.of_the_client()
    assert texts["Sending…"] is False
    assert texts["{n} unread"] is True
    assert "A room keeps at least one owner." in texts, "refusals are shown, too"
    assert catalog.keys() == texts.keys(), "Run bin/messages and translate what is new."
    for text, counts in texts.items():
        entry = catalog[text]
        assert isinstance(entry, dict) == counts, text
        for ours in entry.values() if counts else [entry]:
            assert ours, f"not translated: {text}"
            wanted = words.placeholders(text) | ({"{n}"} if counts else set())
            assert words.placeholders(ours) == wanted, text


def test_chinese_has_one_form_for_any_number() -> None:
    forms = [set(entry) for entry in client_catalog("zh-hans").values() if isinstance(entry, dict)]
    assert forms
    assert all(form == {"other"} for form in forms)


# The site in Chinese


def test_a_visitor_reads_the_language_of_the_browser(client: Client, alice: User) -> None:
    assert ">Sign in<" in client.get("/accounts/login/").content.decode()
    page = client.get("/accounts/login/", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}).content.decode()
    assert '<html lang="zh-Hans" dir="ltr">' in page
    assert ">登录<" in page
    assert ">Sign in<" not in page


def test_a_visitor_may_choose_and_the_browser_keeps_it(client: Client, alice: User) -> None:
    page = client.get("/accounts/login/?next=/invites/").content.decode()
    assert 'value="zh-hans" lang="zh-hans">简体中文</button>' in page
    assert 'name="next" value="/accounts/login/?next=/invites/"' in page
    answer = client.post("/language/", {"language": "zh-hans", "next": "/accounts/login/?next=/invites/"})
    assert answer["Location"] == "/accounts/login/?next=/invites/"
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME]["max-age"] > 60 * 60 * 24
    page = client.get("/accounts/login/", headers={"Accept-Language": "en"}).content.decode()
    assert ">登录<" in page
    assert 'value="en" lang="en">English</button>' in page


def test_a_choice_of_language_leads_to_no_other_site(client: Client, alice: User) -> None:
    answer = client.post("/language/", {"language": "zh-hans", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_a_person_reads_the_language_of_their_profile(client: Client, bob: User, general: Room) -> None:
    User.objects.filter(pk=bob.pk).update(language="zh-hans")
    client.force_login(bob)
    answer = client.get(f"/rooms/{general.pk}/", headers={"Accept-Language": "en"})
    page = answer.content.decode()
    assert '<html lang="zh-Hans" dir="ltr">' in page
    assert "浏览房间" in page
    assert answer.context["catalog"] == client_catalog("zh-hans")


def test_what_is_wrong_with_a_form_is_said_in_chinese(client: Client, alice: User, settings: Settings) -> None:
    settings.SIGNUP = "open"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    page = client.post("/accounts/login/", {"login": "alice", "password": "wrong"}).content.decode()
    assert "账号或密码不正确。" in page
    form = {"username": "a b", "email": "x", "password1": "short", "password2": "short"}
    answer = client.post("/accounts/signup/", form)
    told = [error for field in answer.context["form"].errors.values() for error in field]
    assert "密码至少要有 10 个字符。" in told
    assert [error for error in told if re.search("[A-Za-z]{6}", error)] == []


def test_errors_are_pages_in_chinese(client: Client, alice: User) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert "<h1>找不到页面</h1>" in client.get("/nowhere/").content.decode()
    with translation.override("zh-hans"):
        assert "<h1>服务器出错了</h1>" in errors.failed(RequestFactory().get("/")).content.decode()


def test_mail_is_written_in_chinese(client: Client, bob: User) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    for address in ("bob@example.org", "nobody@example.org"):
        client.post("/accounts/password/reset/", {"email": address})
    first, second = mail.outbox
    assert first.subject.endswith("设置新密码")
    assert "你的用户名是 bob。" in str(first.body)
    assert second.subject.endswith("这个邮箱没有账号")
