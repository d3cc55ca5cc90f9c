"""The speech service's contract: bytes and their type in, words out, and no answer of it can hurt."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.delivery.speech import Speech


class Service:
    def __init__(self) -> None:
        self.answer: web.Response = web.json_response({"text": " 打印机 \n卡纸 "})
        self.asked: list[tuple[bytes, dict[str, str]]] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append((await request.read(), dict(request.headers)))
        return self.answer


@pytest.fixture
async def pair() -> AsyncIterator[tuple[Service, Speech]]:
    service = Service()
    app = web.Application()
    app.router.add_post("/hear", service.handle)
    async with TestServer(app) as server, ClientSession() as session:
        yield service, Speech(str(server.make_url("/hear")), session, token="t0ken")


async def test_bytes_in_words_out(pair: tuple[Service, Speech]) -> None:
    service, speech = pair
    assert await speech.transcribe(b"#!AMR\n", "audio/amr") == "打印机 卡纸"
    body, headers = service.asked[0]
    assert (body, headers["Content-Type"], headers["Authorization"]) == (b"#!AMR\n", "audio/amr", "Bearer t0ken")
    assert "t0ken" not in repr(speech)


@pytest.mark.parametrize(
    "status, body", [(500, "x"), (200, "not json"), (200, "[]"), (200, '{"text": 7}'), (200, "{}"), (204, "")]
)
async def test_what_it_cannot_hear_is_empty(pair: tuple[Service, Speech], status: int, body: Any) -> None:
    service, speech = pair
    service.answer = web.Response(status=status, text=body)
    assert await speech.transcribe(b"x", "") == ""


async def test_a_service_that_is_away_is_empty(unused_tcp_port: int) -> None:
    async with ClientSession() as session:
        assert await Speech(f"http://127.0.0.1:{unused_tcp_port}/", session).transcribe(b"x", "") == ""
