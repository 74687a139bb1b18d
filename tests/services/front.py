"""A reverse proxy of the tests' own before a process of the site, with HTTPS, and with the habits of real ones."""

import asyncio
import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.services.programs import free_port

MOST_HEADER = 64 * 1024
TLS_BEGINS = b"\x16"


@dataclass(frozen=True)
class Habits:
    """What a proxy does to a request.

    Attributes:
        forwarded_for: `begins` throws away what came and names the client, `adds` puts the client behind what
            came, `silent` leaves it as it came.
        tells_scheme: sets X-Forwarded-Proto to how the client came, or to what it `says`; else what came is
            passed on.
        keeps_host: passes the client's `Host` on; else says its upstream's.
        upgrades: passes on that a client wants a WebSocket.
        answer: says this itself and passes nothing on; with `Location: {…}` a redirect.
    """

    forwarded_for: str = "begins"
    tells_scheme: bool = True
    says: str = ""
    keeps_host: bool = True
    upgrades: bool = True
    answer: str = ""
    drops: frozenset[str] = frozenset()


CADDY = Habits()
NGINX = Habits(forwarded_for="adds")  # as everybody configures it
INNER = Habits(forwarded_for="adds", tells_scheme=False)  # one that trusts the proxy before it
# `proxy_pass` alone.
PLAIN_NGINX = Habits(forwarded_for="silent", tells_scheme=False, keeps_host=False, upgrades=False)


@dataclass
class Front:
    """Listens on `port`, with HTTPS if there is a certificate, and passes on to `upstream` on this machine."""

    upstream: int
    habits: Habits = CADDY
    certificate: Path | None = None
    port: int = field(default_factory=free_port)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _listener: asyncio.Server | None = None

    async def listen(self) -> None:
        tls = None
        if self.certificate:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            tls.load_cert_chain(self.certificate)
        self._listener = await asyncio.start_server(
            self.pass_on, "127.0.0.1", self.port, ssl=tls, limit=MOST_HEADER
        )

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            first = await reader.readexactly(1)
            if first == TLS_BEGINS:
                writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
                return
            head = first + await reader.readuntil(b"\r\n\r\n")
            if self.habits.answer:
                writer.write(self.habits.answer.encode())
                await writer.drain()
                return
            client = writer.get_extra_info("peername")[0]
            try:
                from_site, to_site = await asyncio.open_connection("127.0.0.1", self.upstream)
            except OSError:
                writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
                return
            to_site.write(self._changed(head, client))
            await asyncio.gather(_carry(reader, to_site), _carry(from_site, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            self._open.discard(writer)

    async def end(self) -> None:
        """Cut what is open; each then ends by itself."""
        if self._listener:
            self._listener.close()
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    def _changed(self, head: bytes, client: str) -> bytes:
        line, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        headers = [(name, value.strip()) for name, _, value in (each.partition(":") for each in lines)]
        given = [value for name, value in headers if name.lower() == "x-forwarded-for"]
        wants_socket = any(name.lower() == "upgrade" for name, _ in headers)
        upgrades = wants_socket and self.habits.upgrades
        replaced = {"connection", *self.habits.drops}
        more = [("Connection", "Upgrade" if upgrades else "close")]
        if not upgrades:
            replaced.add("upgrade")
        if not self.habits.keeps_host:
            replaced.add("host")
            more.append(("Host", f"127.0.0.1:{self.upstream}"))
        if self.habits.tells_scheme:
            replaced.add("x-forwarded-proto")
            more.append(("X-Forwarded-Proto", self.habits.says or ("https" if self.certificate else "http")))
        if self.habits.forwarded_for != "silent":
            replaced.add("x-forwarded-for")
            before = given if self.habits.forwarded_for == "adds" else []
            more.append(("X-Forwarded-For", ", ".join([*before, client])))
        kept = [(name, value) for name, value in headers if name.lower() not in replaced]
        return "\r\n".join([line, *(f"{name}: {value}" for name, value in kept + more), "", ""]).encode("latin-1")


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One direction; when it ends, so does the other, since each connection carries one request."""
    try:
        while data := await reader.read(64 * 1024):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


@contextmanager
def running_front(front: Front) -> Iterator[Front]:
    """In a thread of its own, so that a test may wait for a command that asks through it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="front")
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(front.listen(), loop).result(30)
        yield front
    finally:
        asyncio.run_coroutine_threadsafe(front.end(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


def make_certificate(folder: Path, name: str, *, days: tuple[float, float] = (-1, 90)) -> Path:
    """A file with a key and a certificate, signed by itself, for `name` and 127.0.0.1, valid for these days."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=days[0]))
        .not_valid_after(now + datetime.timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}-{certificate.serial_number}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
