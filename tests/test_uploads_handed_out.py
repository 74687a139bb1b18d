"""A file that is handed out keeps its name, and can neither run nor pretend."""

import pytest

from chat.uploads import response_headers, safe_name

# Names


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("Grüße 看.txt", "Grüße 看.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\x.txt", "x.txt"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066x\u2069.txt", "x.txt"),
        (".htaccess", "htaccess"),
        ("x.exe. ", "x.exe"),
        ("👩\u200d👩.png", "👩\u200d👩.png"),
        ("", "file"),
        ("..", "file"),
        ("\u200d", "file"),
        ("a/", "file"),
        ("a" * 300 + ".txt", "a" * 146 + ".txt"),
        ("a" * 300, "a" * 150),
        ("." + "a" * 300, "a" * 150),
        ("x." + "a" * 300, "x." + "a" * 148),
    ],
)
def test_a_name_is_made_fit(given: str, kept: str) -> None:
    assert safe_name(given) == kept


# Headers


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/gif", "image/webp", "audio/mpeg", "video/mp4"])
def test_pixels_and_sound_may_be_shown_in_place(kind: str) -> None:
    assert response_headers(kind, "x", True)["Content-Disposition"].startswith("inline")
    assert response_headers(kind, "x", False)["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "kind",
    [
        *("image/svg+xml", "text/html", "application/xhtml+xml", "text/xml", "application/pdf", "text/plain"),
        *("text/csv", "application/zip", "application/octet-stream", "application/javascript"),
    ],
)
def test_all_else_is_a_download_whatever_was_asked(kind: str) -> None:
    assert response_headers(kind, "x", True)["Content-Disposition"].startswith("attachment")


def test_a_file_can_neither_run_nor_be_taken_for_another_type() -> None:
    headers = response_headers("text/plain", "x.txt", False)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("x.txt", 'attachment; filename="x.txt"'),
        ('a"b\\c.txt', 'attachment; filename="c.txt"'),
        ('a"b.txt', 'attachment; filename="a\\"b.txt"'),
        ("é %.txt", "attachment; filename*=utf-8''%C3%A9%20%25.txt"),
        ("x\r\nSet-Cookie: a=b", 'attachment; filename="xSet-Cookie: a=b"'),
    ],
)
def test_a_name_cannot_leave_its_header(name: str, disposition: str) -> None:
    assert response_headers("text/plain", name, False)["Content-Disposition"] == disposition
