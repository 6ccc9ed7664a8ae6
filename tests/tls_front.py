"""TLS before a PostgreSQL server that was built without it: the server's side of the handshake, as its protocol has it.

The wheel of the tests has no TLS. What is tried is what onewindow and libpq do with a certificate, so who shows it is the same.
"""

import asyncio
import ssl
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

from tests.authority import Issued
from tests.postgres import HOST

ENCRYPT = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")
ENCRYPT_BY_KERBEROS = (8).to_bytes(4, "big") + (80877104).to_bytes(4, "big")
"""What a client sends before anything else, where it wants so."""
AT_ONCE = 65_536


@contextmanager
def over_tls(server: int, issued: Issued, folder: Path) -> Iterator[int]:
    """A port that leads to the server's over TLS alone; who does not ask for it is let down."""
    (folder / "server.pem").write_bytes(issued.key + issued.certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def done(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(10)

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await _led_on(reader, writer, context, server)
        writer.close()

    listening = done(asyncio.start_server(meet, HOST, 0))
    try:
        yield int(listening.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(listening.close)
        done(_end_all())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end_all() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _led_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext, server: int
) -> None:
    asked = await reader.readexactly(8)
    if asked == ENCRYPT_BY_KERBEROS:
        writer.write(b"N")
        asked = await reader.readexactly(8)
    if asked != ENCRYPT:
        return
    writer.write(b"S")
    await writer.drain()
    await writer.start_tls(context)
    beyond, there = await asyncio.open_connection(HOST, server)
    try:
        both = [asyncio.ensure_future(_passed_on(*way)) for way in ((reader, there), (beyond, writer))]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for way in both:
            way.cancel()
        await asyncio.gather(*both, return_exceptions=True)
    finally:
        there.close()


async def _passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while said := await reader.read(AT_ONCE):
            writer.write(said)
            await writer.drain()
