"""The configuration: read once, typed, loud. Every mistake is one sentence that names the key."""

from pathlib import Path

import pytest

from bot.app import inspected
from bot.config import ConfigError, find, load
from knowledge import Book

GOOD = """
[http]
port = 8081
[[wecom]]
name = "gov"
mode = "app"
corp_id = "ww1"
agent_id = 1000002
secret = "env:WECOM_SECRET"
token = "t"
encoding_aes_key = "{key}"
[groups]
duty = "wecom:gov:chat:dutyroom"
incident = ["wecom:gov:chat:incidentroom", "webhook:0000-key"]
""".format(key="a" * 43)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "yunwei.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_file_is_read_and_secrets_are_never_shown(tmp_path: Path) -> None:
    config = load(write(tmp_path, GOOD), {"WECOM_SECRET": "s3cret"})
    assert config.wecom[0].secret == "s3cret"
    assert "s3cret" not in repr(config)
    assert "s3cret" not in str(config.redacted())
    assert config.redacted()["wecom"][0]["secret"] == "(set)"
    targets = config.group_targets()
    assert [t.kind for t in targets["incident"]] == ["chat", "webhook"]
    assert targets["duty"][0].id == "dutyroom"


def test_secrets_come_from_files_too(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file\n", "utf-8")
    text = GOOD.replace('token = "t"', f'token = "file:{tmp_path / "token"}"')
    assert load(write(tmp_path, text), {"WECOM_SECRET": "s"}).wecom[0].token == "from-a-file"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("port = 8081", "prot = 8081"), "http.prot"),
        (('name = "gov"', 'name = "Gov Corp"'), "wecom.0.name"),
        (("a" * 43, "short"), "43 letters and digits"),
        (("a" * 43, "ww…"), "placeholder"),
        (("wecom:gov:chat:dutyroom", "wecom:other:chat:dutyroom"), "no wecom connection is named"),
        (("wecom:gov:chat:dutyroom", "dutyroom"), "write wecom:NAME:chat:ID"),
        (('mode = "app"', 'mode = "telex"'), "wecom.0.mode"),
        (("[http]", "[desk]\ntimezone = 'Mars/Base'\n[http]"), "not a time zone"),
        (("[http]", "[database]\nurl = 'mysql://x'\n[http]"), "must begin with"),
        (("[http]", "[http"), "yunwei.toml"),
        (('token = "t"', 'token = "file:/no/such/file"'), "wecom[0].token"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        load(write(tmp_path, GOOD.replace(*change)), {"WECOM_SECRET": "s"})
    assert says in str(wrong.value)
    assert "\n" not in str(wrong.value)


DINGTALK = """
[[dingtalk]]
name = "provider"
corp_id = "dingX"
client_id = "key"
client_secret = "env:DING_SECRET"
robot_code = "key"
"""


def test_groups_on_both_platforms_and_custom_robots(tmp_path: Path) -> None:
    robot = "https://oapi.dingtalk.com/robot/send?access_token=t"
    groups = f"""
incident = ["wecom:gov:chat:room", "dingtalk:provider:chat:cid", "webhook:{robot}",
            {{ platform = "dingtalk", url = "{robot}2", secret = "SEC-very" }}]
"""
    text = GOOD.replace('incident = ["wecom:gov:chat:incidentroom", "webhook:0000-key"]', groups) + DINGTALK
    config = load(write(tmp_path, text), {"WECOM_SECRET": "s", "DING_SECRET": "d"})
    made = config.group_targets()["incident"]
    assert [(t.platform, t.kind, t.connection) for t in made] == [
        ("wecom", "chat", "gov"), ("dingtalk", "chat", "provider"),
        ("dingtalk", "webhook", "provider"), ("dingtalk", "webhook", "provider"),
    ]  # fmt: skip
    assert config.robot_secrets() == ((f"{robot}2", "SEC-very"),)
    shown = str(config.redacted())
    assert "SEC-very" not in shown and "access_token" not in shown and "'d'" not in shown


@pytest.mark.parametrize(
    "group, says",
    [
        ("dingtalk:gov:chat:cid", "no dingtalk connection is named"),
        ("dingtalk:provider:room:cid", "write wecom:NAME"),
        ("dingtalk:provider:chat:", "write wecom:NAME"),
    ],
)
def test_groups_that_cannot_be_written_to(tmp_path: Path, group: str, says: str) -> None:
    text = GOOD.replace("wecom:gov:chat:dutyroom", group) + DINGTALK
    with pytest.raises(ConfigError, match=says):
        load(write(tmp_path, text), {"WECOM_SECRET": "s", "DING_SECRET": "d"})


def test_a_missing_secret_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="WECOM_SECRET is not set"):
        load(write(tmp_path, GOOD), {})


def test_the_file_is_found_or_missed_with_a_sentence(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert find(None, {"YUNWEI_CONFIG": str(path)}) == path
    with pytest.raises(ConfigError, match="no configuration at"):
        find(str(tmp_path / "none.toml"), {})


@pytest.mark.parametrize("thing", ["printr", "printer/day", "printer/fortnight", ""])
def test_an_inspection_that_the_catalogue_does_not_have_is_named(tmp_path: Path, book: Book, thing: str) -> None:
    text = f'[desk.inspections]\n"市民政局/主楼" = ["assets", "printer", "ups-battery/month", "{thing}"]\n'
    with pytest.raises(ConfigError, match=f"desk.inspections.市民政局/主楼: '{thing}' is no item"):
        inspected(load(write(tmp_path, text)), book)


def test_the_key_of_the_rooms_labels_is_never_shown(tmp_path: Path) -> None:
    given = GOOD + '\n[desk]\nroom_key = "env:ROOM_KEY"\n'
    config = load(write(tmp_path, given), {"WECOM_SECRET": "s3cret", "ROOM_KEY": "r00m"})
    assert config.desk.room_key == "r00m" and config.redacted()["desk"]["room_key"] == "(set)"
    assert "r00m" not in repr(config) + str(config.redacted())
