"""The sandbox behind one HTTP address: the platforms' APIs, the page of the phones, the controls."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import ClientSession, web

from bot.sandbox.controls import Controls
from bot.sandbox.dingtalk.api import Api as DingTalkApi
from bot.sandbox.dingtalk.directory import Directory
from bot.sandbox.dingtalk.hooks import Hooks
from bot.sandbox.page_api import PageApi
from bot.sandbox.platforms import Sandbox
from bot.sandbox.wecom.api import Api


def application(sandbox: Sandbox) -> web.Application:
    """The application that serves it all. What is added to the sandbox later is served as well."""

    async def with_session(_: web.Application) -> AsyncIterator[None]:
        async with ClientSession() as session:
            sandbox.session = session
            yield
            sandbox.session = None

    async def redelivering(_: web.Application) -> AsyncIterator[None]:
        """While it is served, what was not acknowledged is repeated when its time comes."""

        async def beat() -> None:
            while True:
                await asyncio.sleep(1.0)
                await sandbox.gateway.tick()

        task = asyncio.create_task(beat(), name="sandbox redelivery")
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def close(_: web.Application) -> None:
        sandbox.watchers.dismiss()
        await sandbox.gateway.shut()

    app = web.Application(client_max_size=32 << 20)
    app.add_routes(Api(sandbox.corps, sandbox.faults).routes())
    app.add_routes(DingTalkApi(sandbox.orgs, sandbox.faults).routes())
    app.add_routes(Hooks(sandbox.orgs, sandbox.faults).routes())
    app.add_routes(Directory(sandbox.orgs, sandbox.faults).routes())
    app.add_routes(sandbox.gateway.routes())
    app.add_routes(PageApi(sandbox).routes())
    app.add_routes(Controls(sandbox).routes())
    app.cleanup_ctx.append(with_session)
    app.cleanup_ctx.append(redelivering)
    app.on_shutdown.append(close)
    return app
