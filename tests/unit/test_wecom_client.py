"""The WeCom client against a scripted server: one token for all, error codes, broken networks, nothing secret logged."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from wecom_platform import OK, SECRET, Platform, Reply, Stopwatch, connected, media, out, settings

from bot.channels.base import ConfigurationWrong, Permanent, RateLimited, Temporary
from bot.channels.wecom import WeComChannel, client
from bot.core.outbound import Say


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
async def pair(watch: Stopwatch) -> AsyncIterator[tuple[Platform, WeComChannel]]:
    async with connected(watch) as pair:
        yield pair


@pytest.fixture
def platform(pair: tuple[Platform, WeComChannel]) -> Platform:
    return pair[0]


@pytest.fixture
def channel(pair: tuple[Platform, WeComChannel]) -> WeComChannel:
    return pair[1]


async def test_twenty_deliveries_share_one_token(platform: Platform, channel: WeComChannel) -> None:
    platform.gate = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(channel.deliver(out())) for _ in range(20)]
        await platform.asked_for_token.wait()
        platform.gate.set()
    assert len([task.result() for task in tasks]) == 20
    assert len(platform.asked("gettoken")) == 1
    assert len(platform.asked("message/send")) == 20


async def test_those_who_wait_for_a_token_share_its_failure(platform: Platform, channel: WeComChannel) -> None:
    platform.gate = asyncio.Event()
    platform.says("gettoken", 500)
    tasks = [asyncio.create_task(channel.deliver(out())) for _ in range(20)]
    await platform.asked_for_token.wait()
    platform.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(result) for result in results} == {Temporary}
    assert len(platform.asked("gettoken")) == 1
    assert (await channel.deliver(out())).message_id == "m1"


async def test_a_token_is_replaced_before_it_ends(platform: Platform, channel: WeComChannel, watch: Stopwatch) -> None:
    for seconds, fetched in [(0, 1), (6899, 1), (6900, 2), (6900 + 6899, 2), (6900 + 6900, 3)]:
        watch.seconds = seconds
        await channel.deliver(out())
        assert platform.tokens == fetched


@pytest.mark.parametrize("code", [40014, 42001, 40001])
async def test_a_stale_token_is_refreshed_once(platform: Platform, channel: WeComChannel, code: int) -> None:
    await channel.deliver(out())
    platform.says("message/send", {"errcode": code})
    assert (await channel.deliver(out())).message_id == "m1"
    assert [query["access_token"] for query in platform.asked("message/send")] == ["token-1", "token-1", "token-2"]
    first, second = platform.bodies("message/send")[1:]
    assert first == second


async def test_a_token_that_stays_bad_is_not_asked_for_without_end(platform: Platform, channel: WeComChannel) -> None:
    platform.says("message/send", *[{"errcode": 40014}] * 5)
    with pytest.raises(Temporary):
        await channel.deliver(out())
    assert (len(platform.asked("message/send")), platform.tokens) == (2, 2)


async def test_a_platform_that_repeats_its_token_is_not_flooded(platform: Platform, channel: WeComChannel) -> None:
    same = OK | {"access_token": "token-1", "expires_in": 7200}
    platform.says("gettoken", *[same] * 40)
    await channel.deliver(out())
    platform.says("message/send", *[{"errcode": 42001}] * 40)
    results = await asyncio.gather(*(channel.deliver(out()) for _ in range(10)), return_exceptions=True)
    assert {type(result) for result in results} == {Temporary}
    assert len(platform.asked("gettoken")) < 6  # one each would be 11


async def test_many_calls_with_one_stale_token_refresh_it_once(platform: Platform, channel: WeComChannel) -> None:
    await channel.deliver(out())

    async def judge(request: web.Request) -> web.StreamResponse:
        stale = request.query["access_token"] == "token-1"
        return web.json_response({"errcode": 42001} if stale else OK | {"msgid": "m2"})

    platform.says("message/send", *[judge] * 40)
    receipts = await asyncio.gather(*(channel.deliver(out()) for _ in range(10)))
    assert {receipt.message_id for receipt in receipts} == {"m2"}
    assert platform.tokens == 2


async def test_a_bad_secret_is_not_repeated(platform: Platform, channel: WeComChannel, watch: Stopwatch) -> None:
    platform.says("gettoken", {"errcode": 40001, "errmsg": "invalid credential"})
    with pytest.raises(Permanent, match="Secret"):
        await channel.deliver(out())
    for _ in range(3):
        with pytest.raises(ConfigurationWrong, match="Secret"):
            await channel.check()
    with pytest.raises(Permanent):
        await channel.fetch("m")
    assert len(platform.asked("gettoken")) == 1
    watch.seconds = 30 * 60
    await channel.check()
    assert len(platform.asked("gettoken")) == 2


async def test_a_limited_gettoken_is_left_alone(platform: Platform, channel: WeComChannel, watch: Stopwatch) -> None:
    platform.says("gettoken", {"errcode": 45009})
    for _ in range(3):
        with pytest.raises(RateLimited):
            await channel.deliver(out())
    assert len(platform.asked("gettoken")) == 1
    watch.seconds = 60
    await channel.deliver(out())


@pytest.mark.parametrize(
    "reply, error",
    [
        ({"errcode": -1}, Temporary),
        ({"errcode": 6000}, Temporary),
        ({"errcode": 45009}, RateLimited),
        ({"errcode": 45033}, RateLimited),
        ({"errcode": 81013}, Permanent),
        ({"errcode": 60111}, Permanent),
        ({"errcode": 60020}, Permanent),
        ({"errcode": 999999}, Permanent),
        ({"errcode": "0"}, Temporary),
        (b"<html>busy</html>", Temporary),
        (b"[1]", Temporary),
        (b"[" * 100_000, Temporary),
        (b"", Temporary),
        (500, Temporary),
        (502, Temporary),
        (302, Temporary),
        (404, Temporary),
        ("lost", Temporary),
    ],
    ids=str,
)
async def test_what_goes_wrong(platform: Platform, channel: WeComChannel, reply: Reply, error: type) -> None:
    platform.says("message/send", reply)
    with pytest.raises(error) as caught:
        await channel.deliver(out())
    assert type(caught.value) is error
    if isinstance(reply, dict) and isinstance(reply["errcode"], int):
        assert str(reply["errcode"]) in str(caught.value)
    assert len(platform.asked("message/send")) == 1
    assert (await channel.deliver(out(retry=1))).message_id == "m1"


async def test_a_silent_platform_is_temporary(
    platform: Platform, channel: WeComChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (client.TIMEOUT.total, client.TIMEOUT.connect) == (8, 3)
    monkeypatch.setattr(client, "TIMEOUT", aiohttp.ClientTimeout(total=0.02))
    platform.gate = asyncio.Event()
    with pytest.raises(Temporary, match="Timeout"):
        await channel.deliver(out())
    platform.gate.set()


async def test_the_pauses_are_the_platforms(platform: Platform, channel: WeComChannel) -> None:
    for code, seconds in ((45009, 60), (45033, 2)):
        platform.says("message/send", {"errcode": code})
        with pytest.raises(RateLimited) as caught:
            await channel.deliver(out())
        assert caught.value.retry_after_s == seconds


async def test_an_unreachable_platform_is_temporary(unused_tcp_port: int) -> None:
    async with aiohttp.ClientSession() as session:
        channel = WeComChannel(settings(f"http://127.0.0.1:{unused_tcp_port}"), session, media)
        with pytest.raises(Temporary):
            await channel.deliver(out())
        with pytest.raises(ConfigurationWrong, match="api_base"):
            await channel.check()


@pytest.mark.parametrize(
    "reply, hint",
    [
        ({"errcode": 40013}, "corp_id"),
        ({"errcode": 40091}, "配套"),
        ({"errcode": 60020}, "60020"),
        ({"errcode": 45009}, "限流"),
        (500, "api_base"),
        (b"<html>", "api_base"),
        (OK, "访问令牌"),
        (OK | {"access_token": "a", "expires_in": 0}, "访问令牌"),
    ],
    ids=str,
)
async def test_check_says_how_to_mend(platform: Platform, channel: WeComChannel, reply: Reply, hint: str) -> None:
    platform.says("gettoken", reply)
    with pytest.raises(ConfigurationWrong, match=hint):
        await channel.check()


async def test_a_ca_file_must_be_readable(tmp_path: Path) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("not a certificate")
    async with aiohttp.ClientSession() as session:
        for path in (broken, tmp_path / "absent.pem"):
            with pytest.raises(ConfigurationWrong, match="ca_file"):
                client.WeComClient(settings("http://x", ca_file=str(path)), session)


async def test_a_closed_session_is_temporary() -> None:
    session = aiohttp.ClientSession()
    channel = WeComChannel(settings("http://x"), session, media)
    await session.close()
    with pytest.raises(Temporary):
        await channel.deliver(out())


async def test_nothing_secret_is_logged(
    platform: Platform, channel: WeComChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    errors = []
    for reply in ("lost", 500, {"errcode": 40058, "errmsg": "bad"}, b"<html>"):
        platform.says("message/send", reply)
        with pytest.raises((Temporary, Permanent)) as caught:
            await channel.deliver(out(Say(text="私密内容")))
        errors.append(repr(caught.value))
    platform.says("gettoken", "lost", {"errcode": 40001})
    logged = " ".join(str(record.__dict__) for record in caplog.records if record.name.startswith("bot."))
    assert "errcode" in logged
    for secret in ("token-1", SECRET, "私密内容"):
        assert secret not in logged + "".join(errors)
