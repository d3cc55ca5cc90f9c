"""The shipped knowledge, loaded once for all unit tests; the emulated WeCom API over real HTTP."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.sandbox.wecom.api import Api
from bot.sandbox.wecom.corp import Switches
from knowledge import Book, Classifier, load
from tests.unit.wecom_api import CORP, Platform, Start


@pytest.fixture(scope="session")
def book() -> Book:
    return load()


@pytest.fixture(scope="session")
def classifier(book: Book) -> Classifier:
    return Classifier(book)


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    opened: list[tuple[TestServer, ClientSession]] = []

    async def build(**switches: bool) -> Platform:
        platform = Platform(Switches(**switches))
        app = web.Application(client_max_size=32 << 20)
        app.add_routes(Api({CORP: platform.corp}, platform.faults).routes())
        server = TestServer(app)
        await server.start_server()
        platform.base, platform.session = str(server.make_url("")).rstrip("/"), ClientSession()
        opened.append((server, platform.session))
        return platform

    yield build
    for server, session in opened:
        await session.close()
        await server.close()


@pytest.fixture
async def wecom(start: Start) -> Platform:
    platform: Platform = await start()
    return platform
