"""The stream against a scripted gateway: commit then ack, disconnect with overlap, silence, back-off, stop."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.dingtalk.client import DingTalkClient
from bot.channels.dingtalk.settings import DingTalkSettings
from bot.channels.dingtalk.stream import CARDS, MESSAGES, Frame, Pace, Stream, read_frame

Scene = Callable[[web.WebSocketResponse, int], Any]


class Gateway:
    """Opens connections as its script says; `scene(socket, number)` plays each one."""

    def __init__(self) -> None:
        self.opens = 0
        self.bodies: list[dict[str, Any]] = []
        self.refusals: list[tuple[int, dict[str, Any]]] = []
        self.scene: Scene | None = None
        self.acks: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.tickets: set[str] = set()
        self.sockets: list[web.WebSocketResponse] = []
        self.base = ""

    async def open(self, request: web.Request) -> web.Response:
        assert request.headers["Accept"] == "application/json"
        self.bodies.append(await request.json())
        self.opens += 1
        if self.refusals:
            status, body = self.refusals.pop(0)
            return web.json_response(body, status=status)
        ticket = f"ticket+{self.opens}/="
        self.tickets.add(ticket)
        return web.json_response({"endpoint": f"{self.base}/connect".replace("http", "ws"), "ticket": ticket})

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        self.tickets.remove(request.query["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        number = len(self.sockets)
        if self.scene is not None:
            await self.scene(socket, number)
        async for message in socket:
            self.acks.put_nowait({"on": number, **json.loads(message.data)})
        return socket

    async def ack(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            answer = await self.acks.get()
        return answer | {"data": json.loads(answer["data"])}


class World:
    """A gateway, a stream on it, and what the stream was told; `waits` are the back-offs it asked for."""

    def __init__(self, gateway: Gateway, session: aiohttp.ClientSession) -> None:
        self.gateway, self.session = gateway, session
        self.frames: list[Frame] = []
        self.stored = asyncio.Event()
        self.waits: list[float] = []
        self.fail = 0
        self.now = 0.0
        self.reconnects = asyncio.Event()

    async def heard(self, frame: Frame) -> dict[str, Any]:
        if self.fail:
            self.fail -= 1
            raise OSError("disk full")
        self.frames.append(frame)
        self.stored.set()
        return {"response": {"cardData": {}}} if frame.topic == CARDS else {"response": None}

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.reconnects.set()
        await asyncio.sleep(0)

    @contextlib.asynccontextmanager
    async def streaming(
        self, pace: Pace | None = None, elapsed: Callable[[], float] | None = None
    ) -> AsyncIterator[Stream]:
        ours = DingTalkSettings(
            name="provider", corp_id="dingX", client_id="key", client_secret="secret", robot_code="key",
            api_base=self.gateway.base,
        )  # fmt: skip
        client = DingTalkClient(ours, self.session)
        more = {"elapsed": elapsed} if elapsed else {}
        stream = Stream(client, self.session, ours, self.heard, pace, self.sleep, **more)
        task = asyncio.create_task(stream.run())
        try:
            yield stream
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            assert not stream.connected


@pytest.fixture
async def world() -> AsyncIterator[World]:
    gateway = Gateway()
    app = web.Application()
    app.router.add_post("/v1.0/gateway/connections/open", gateway.open)
    app.router.add_get("/connect", gateway.connect)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        gateway.base = str(server.make_url("")).rstrip("/")
        yield World(gateway, session)


def frame(topic: str, data: dict[str, Any] | None = None, id: str = "f1", kind: str = "CALLBACK", **more: str) -> str:
    headers = {"topic": topic, "messageId": id, "contentType": "application/json", "time": "1"} | more
    return json.dumps({"specVersion": "1.0", "type": kind, "headers": headers, "data": json.dumps(data or {})})


async def test_it_opens_with_its_credentials_and_acknowledges_what_was_stored(world: World) -> None:
    async def scene(socket: web.WebSocketResponse, number: int) -> None:
        await socket.send_str(frame(MESSAGES, {"msgId": "m1"}, "f1"))
        await socket.send_str(frame("ping", {"opaque": "o7"}, "p1", "SYSTEM"))
        await socket.send_str(frame(CARDS, {"outTrackId": "t1"}, "c1"))
        await socket.send_str(frame("/v1.0/graph/api/invoke", {}, "g1"))
        await socket.send_str("not json")
        await socket.send_str(frame("*", {"userId": ["x"]}, "e1", "EVENT", eventType="user_leave_org", eventId="ev9"))

    world.gateway.scene = scene
    async with world.streaming() as stream:
        acks = {(a := await world.gateway.ack())["headers"]["messageId"]: a for _ in range(5)}
        assert stream.connected
    assert world.gateway.bodies[0]["clientId"] == "key" and len(world.gateway.bodies[0]["subscriptions"]) == 3
    assert (acks["f1"]["code"], acks["f1"]["data"]) == (200, {"response": None})
    assert acks["p1"]["data"] == {"opaque": "o7"}
    assert acks["c1"]["data"] == {"response": {"cardData": {}}}
    assert acks["g1"]["code"] == 404
    assert acks["e1"]["code"] == 200
    event = next(f for f in world.frames if f.kind == "EVENT")
    assert (event.event, event.event_id, event.data) == ("user_leave_org", "ev9", {"userId": ["x"]})


async def test_what_could_not_be_stored_is_not_acknowledged(world: World) -> None:
    world.fail = 2

    async def scene(socket: web.WebSocketResponse, number: int) -> None:
        await socket.send_str(frame(MESSAGES, {"msgId": "m1"}, "f1"))
        await socket.send_str(frame("*", {}, "e1", "EVENT", eventId="e1"))
        await socket.send_str(frame(MESSAGES, {"msgId": "m1"}, "f2"))

    world.gateway.scene = scene
    async with world.streaming():
        first, second = await world.gateway.ack(), await world.gateway.ack()
    assert (first["headers"]["messageId"], first["code"], first["data"]["status"]) == ("e1", 500, "LATER")
    assert (second["headers"]["messageId"], second["code"]) == ("f2", 200)
    assert [f.id for f in world.frames] == ["f2"]


async def test_a_disconnect_overlaps_and_the_old_connection_is_still_read(world: World) -> None:
    both = asyncio.Event()

    async def scene(socket: web.WebSocketResponse, number: int) -> None:
        if number == 1:
            await socket.send_str(frame("disconnect", {"reason": "connection is expired"}, "d1", "SYSTEM"))
            await both.wait()
            await socket.send_str(frame(MESSAGES, {"msgId": "late"}, "late"))
        else:
            both.set()
            await socket.send_str(frame(MESSAGES, {"msgId": "new"}, "new"))

    world.gateway.scene = scene
    async with world.streaming():
        acked = {(await world.gateway.ack())["headers"]["messageId"] for _ in range(2)}
    assert acked == {"late", "new"} and world.gateway.opens == 2


async def test_a_silent_connection_is_replaced_and_a_quiet_platform_gets_more_patience(world: World) -> None:
    third = asyncio.Event()

    async def scene(socket: web.WebSocketResponse, number: int) -> None:
        if number == 3:
            third.set()

    world.gateway.scene = scene
    pace = Pace(silence_s=0.05, longest_silence_s=0.1, drain_s=0.05)
    async with world.streaming(pace) as stream, asyncio.timeout(5):
        await third.wait()
        assert stream._silence_s == 0.1


async def test_an_old_connection_is_recycled(world: World) -> None:
    second = asyncio.Event()

    async def scene(socket: web.WebSocketResponse, number: int) -> None:
        if number == 2:
            second.set()

    world.gateway.scene = scene
    async with world.streaming(Pace(recycle_s=0.05, drain_s=0.05)), asyncio.timeout(5):
        await second.wait()


async def test_what_is_being_stored_when_the_draining_ends_is_stored(world: World) -> None:
    begun, go_on, stored = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def scene(socket: web.WebSocketResponse, number: int) -> None:
        if number == 1:
            await socket.send_str(frame(MESSAGES, {"msgId": "m1"}, "f1"))
            await begun.wait()
        if number == 3:
            go_on.set()

    async def heard(frame: Frame) -> dict[str, Any]:
        begun.set()
        await go_on.wait()
        stored.set()
        return {"response": None}

    world.gateway.scene, world.heard = scene, heard  # type: ignore[method-assign]
    async with world.streaming(Pace(recycle_s=0.05, drain_s=0.01)), asyncio.timeout(5):
        await stored.wait()


async def test_it_backs_off_after_a_clean_close_too(world: World) -> None:
    enough = asyncio.Event()

    async def scene(socket: web.WebSocketResponse, number: int) -> None:
        if number == 8:
            enough.set()
        await socket.close(code=1000)

    world.gateway.scene = scene
    async with world.streaming(), asyncio.timeout(5):
        await enough.wait()
    assert len(world.waits) >= 7
    for index, wait in enumerate(world.waits[:7]):
        ceiling = min(60.0, 2.0**index)
        assert ceiling / 2 <= wait <= ceiling


async def test_a_steady_connection_ends_a_series_of_failures(world: World) -> None:
    done = asyncio.Event()

    async def scene(socket: web.WebSocketResponse, number: int) -> None:
        if number == 4:
            await socket.send_str(frame(MESSAGES, {"msgId": "m1"}, "f1"))
            await socket.receive()
            world.now += 3600
        if number == 6:
            done.set()
        await socket.close(code=1000)

    world.gateway.scene = scene
    async with world.streaming(Pace(silence_s=9999, recycle_s=99999), lambda: world.now), asyncio.timeout(5):
        await done.wait()
    assert world.waits[2] >= 2.0 and world.waits[3] <= 1.0


@pytest.mark.parametrize("status, body", [(503, {}), (500, {"code": "system.busy"}), (200, {}), (200, {"endpoint": 7})])
async def test_a_gateway_that_does_not_open_is_asked_again_later(
    world: World, status: int, body: dict[str, Any]
) -> None:
    world.gateway.refusals = [(status, body)] * 3
    opened = asyncio.Event()

    async def scene(socket: web.WebSocketResponse, number: int) -> None:
        opened.set()

    world.gateway.scene = scene
    async with world.streaming(), asyncio.timeout(5):
        await opened.wait()
    assert world.gateway.opens == 4 and len(world.waits) == 3


async def test_refused_credentials_are_loud_and_patient(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.gateway.refusals = [(401, {"code": "authFailed", "message": "鉴权失败"})]
    opened = asyncio.Event()

    async def scene(socket: web.WebSocketResponse, number: int) -> None:
        opened.set()

    world.gateway.scene = scene
    async with world.streaming(), asyncio.timeout(5):
        await opened.wait()
    assert world.waits == [60.0]
    assert any("refused" in r.message and r.levelname == "ERROR" for r in caplog.records)


async def test_neither_ticket_nor_secret_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    async def scene(socket: web.WebSocketResponse, number: int) -> None:
        await socket.send_str(frame(MESSAGES, {"msgId": "m1", "sessionWebhook": "hook-secret"}, "f1"))

    world.gateway.scene = scene
    async with world.streaming():
        await world.gateway.ack()
    said = "\n".join(f"{r.getMessage()} {r.__dict__}" for r in caplog.records if r.name.startswith("bot."))
    assert "ticket+" not in said and "hook-secret" not in said and "'secret'" not in said


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"type":"SYSTEM","headers":7,"data":"{"}', '{"data":[1]}', "[" * 100_000]
)
def test_broken_frames_do_no_harm(text: str) -> None:
    found = read_frame(text)
    assert found is None or found.data == {}
