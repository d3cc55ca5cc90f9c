"""The command line as tools and people use it: exit codes, one clear sentence on stderr, the contracts' shapes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import root

TUNE = Path(__file__).parent.parent / "corpus" / "tune.jsonl"


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(root, arguments, input=stdin, prog_name="yunwei")


def test_classify_reads_stdin_and_writes_stdout_in_order() -> None:
    lines = [{"id": "1", "text": "三楼302打印机卡纸了"}, {"id": 2, "text": "机房冒烟"}, {"id": "c", "text": "你好"}]
    stdin = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    result = run("classify", "--input", "-", "--output", "-", stdin=stdin)
    assert result.exit_code == 0, result.output
    first, second, third = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["id"], first["fault"], first["decision"]) == ("1", "printer-paper-jam", "dispatch")
    assert (second["id"], second["decision"], second["safety"]) == (2, "emergency", True)
    assert (third["id"], third["decision"]) == ("c", "other")


@pytest.mark.parametrize(
    "arguments",
    [("classify",), ("classify", "x", "--input", "y"), ("nosuch",), ("demo", "--json"), ("catalogue", "show")],
)
def test_bad_usage_is_exit_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("classify", "--input", "/no/such/file"),
        ("evaluate", "/no/such/file"),
        ("catalogue", "show", "printer-papr"),
        ("check", "--config", "/no/such.toml"),
        ("import", "people", "/no/such.xlsx", "--config", "/no/such.toml"),
        ("demo", "--story", "--database", "sqlite+aiosqlite:////no/such/folder/x.db"),
    ],
)
def test_failure_is_exit_1_with_one_sentence(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("yunwei: ")
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "command",
    [
        "demo", "serve", "sandbox", "check", "db", "outbox", "classify", "chat", "evaluate", "catalogue", "import", "learn",
        "template", "bench",
    ],
)  # fmt: skip
def test_every_command_has_help(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Usage: yunwei" in result.output


def test_the_catalogue_for_people() -> None:
    listed = run("catalogue", "list")
    assert listed.exit_code == 0
    assert listed.output.count("条款号暂定") == 41
    shown = run("catalogue", "show", "printer-paper-jam")
    assert "打开" in shown.output
    assert "verify" in shown.output
    assert "卡纸" in run("catalogue", "show", "printer").output


def test_evaluate_on_the_tuning_part_breaks_nothing() -> None:
    result = run("evaluate", str(TUNE), "--json")
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert figures["rows"] > 200
    assert figures["fault"] >= 0.95
    assert figures["safety"] == 1.0
    assert figures["classified"] == 1.0


@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_figure_that_does_not_exist_is_named(tmp_path: Path, command: str) -> None:
    config = tmp_path / "yunwei.toml"
    config.write_text(
        f'[database]\nurl = "sqlite+aiosqlite:///{tmp_path / "x.db"}"\n[desk.levels.sla.targets.P1]\nacept = 3\n'
        f'[[wecom]]\nname = "gov"\ncorp_id = "ww1"\nagent_id = 1\nsecret = "s"\ntoken = "t"\nencoding_aes_key = "{"a" * 43}"\n',
        encoding="utf-8",
    )
    result = run(command, "--config", str(config))
    assert result.exit_code == 1
    assert "sla.targets.P1.acept" in result.stderr
    assert "Traceback" not in result.output


def test_schema_and_outbox(tmp_path: Path) -> None:
    config = tmp_path / "yunwei.toml"
    config.write_text(f'[database]\nurl = "sqlite+aiosqlite:///{tmp_path / "x.db"}"\n', encoding="utf-8")
    assert run("db", "upgrade", "--config", str(config)).exit_code == 0
    assert (tmp_path / "x.db").exists()
    assert run("db", "upgrade", "--config", str(config)).exit_code == 0
    assert run("outbox", "--config", str(config)).exit_code == 0


def test_an_imported_person_can_be_written_to_on_every_platform_before_he_was_heard(tmp_path: Path) -> None:
    import sqlite3

    from openpyxl import load_workbook

    sheet, database = tmp_path / "people.xlsx", tmp_path / "x.db"
    assert run("template", "people", str(sheet)).exit_code == 0
    workbook = load_workbook(sheet)
    page = workbook["人员"]
    page.delete_rows(2, page.max_row)
    page.append(
        ["赵磊", "13900000002", "服务方", "engineer-l2", "network", "", "dingtalk:dingX:zhaolei;wecom:ww1:zhaolei"]
    )
    workbook.save(sheet)
    config = tmp_path / "yunwei.toml"
    config.write_text(
        f'[database]\nurl = "sqlite+aiosqlite:///{database}"\n'
        f'[[wecom]]\nname = "gov"\ncorp_id = "ww1"\nagent_id = 1\nsecret = "s"\ntoken = "t"\nencoding_aes_key = "{"a" * 43}"\n'
        '[[dingtalk]]\nname = "provider"\ncorp_id = "dingX"\nclient_id = "k"\nclient_secret = "s"\nrobot_code = "k"\n',
        encoding="utf-8",
    )
    done = run("import", "people", str(sheet), "--config", str(config))
    assert done.exit_code == 0, done.output
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT platform, connection FROM account ORDER BY id").fetchall()
    connection.close()
    assert found == [("dingtalk", "provider"), ("wecom", "gov")]
    page.cell(2, 1).value, page.cell(2, 7).value = "钱进", "wecom:ww1:qianjin"
    workbook.save(sheet)
    removing = ("import", "people", str(sheet), "--config", str(config), "--remove-missing")
    assert "would leave: 赵磊 服务方: engineer-l2; 0 tickets, 0 reports" in run(*removing, "--dry-run").output
    assert "1 people leave" in run(*removing).output
    page.delete_rows(2)
    workbook.save(sheet)
    assert "everybody would leave" in run(*removing).output


def test_a_sheet_that_is_only_tried_says_who_would_lose_what(tmp_path: Path) -> None:
    import sqlite3

    from openpyxl import load_workbook

    sheet, database, config = tmp_path / "people.xlsx", tmp_path / "x.db", tmp_path / "yunwei.toml"
    config.write_text(
        f'[database]\nurl = "sqlite+aiosqlite:///{database}"\n'
        f'[[wecom]]\nname = "gov"\ncorp_id = "ww1"\nagent_id = 1\nsecret = "s"\ntoken = "t"\nencoding_aes_key = "{"a" * 43}"\n',
        encoding="utf-8",
    )
    assert run("template", "people", str(sheet)).exit_code == 0
    workbook = load_workbook(sheet)
    page = workbook["人员"]
    page.delete_rows(2, page.max_row)
    page.append(["赵磊", "13900000002", "服务方", "engineer-l2", "network", "", "wecom:ww1:zhaolei"])
    page.append(["钱进", "13900000003", "服务方", "engineer-l1", "network", "", "wecom:ww1:qianjin"])
    workbook.save(sheet)
    command = ("import", "people", str(sheet), "--config", str(config))
    assert run(*command).exit_code == 0
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE timer SET fired_at = due_at")
        before = connection.execute("SELECT name, positions FROM person ORDER BY id").fetchall()
    connection.close()
    tried = run(*command, "--dry-run")
    assert tried.exit_code == 0 and "0 would be added, 2 updated" in tried.output and "would lose" not in tried.output
    page.cell(2, 4).value, page.cell(3, 7).value = "reporter", "wecom:ww-other:qianjin"
    workbook.save(sheet)
    tried = run(*command, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "would lose the role: 赵磊 服务方; no tickets" in tried.output
    assert "would have no account to be written to: 钱进 服务方; no tickets" in tried.output
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT name, positions FROM person ORDER BY id").fetchall() == before
        assert connection.execute("SELECT count(*) FROM timer WHERE fired_at IS NULL").fetchone() == (0,)
    connection.close()
    page.cell(1, 8).value, page.cell(2, 8).value = "驻点", "没有的站点"
    workbook.save(sheet)
    refused = run(*command, "--dry-run")
    assert refused.exit_code == 1 and "row 2 column 驻点: '没有的站点' is no known site" in refused.output


def test_conversations_are_played_to_their_end_and_judged(tmp_path: Path) -> None:
    file = tmp_path / "sessions.jsonl"
    sessions = [
        {"id": "a", "turns": ["三楼302电脑蓝屏了"], "expect": [{"fault": "pc-bluescreen"}], "style": "plain"},
        {"id": "b", "turns": ["三楼302电脑蓝屏了"], "expect": [{"fault": "pc-freeze"}], "style": "plain"},
        {"id": "c", "turns": ["谢谢"], "expect": [], "style": "courtesy"},
        {"id": "d", "turns": ["空调坏了", "办公室的空调"], "expect": [{"route": "R4"}], "style": "route"},
    ]
    file.write_text("".join(json.dumps(s, ensure_ascii=False) + "\n" for s in sessions), "utf-8")
    result = run("evaluate", str(file), "--sessions", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["conversations"], found["right"], found["wrong"]) == (4, 0.75, ["b"])
    assert found["styles"] == {"courtesy": 1.0, "plain": 0.5, "route": 1.0}
    assert found["questions_per_unclear"] >= 1.0


def test_the_handbook_is_written(tmp_path: Path) -> None:
    result = run("catalogue", "book", "--output", str(tmp_path / "book"))
    assert result.exit_code == 0, result.output
    assert sorted(f.name for f in (tmp_path / "book").iterdir()) == ["handbook.html", "handbook.md"]
    (tmp_path / "file").write_text("", "utf-8")
    assert run("catalogue", "book", "--output", str(tmp_path / "file")).exit_code == 1


def test_learn_lists_nothing_on_an_empty_desk(tmp_path: Path) -> None:
    config = tmp_path / "yunwei.toml"
    config.write_text(f'[database]\nurl = "sqlite+aiosqlite:///{tmp_path / "empty.db"}"\n', "utf-8")
    result = run("learn", "--config", str(config))
    assert (result.exit_code, result.output) == (0, "no ticket was closed under another fault than guessed\n")
    assert run("learn", "weights", "--corpus", str(tmp_path)).exit_code == 1
    assert run("learn", "adopt", "--config", str(config)).exit_code == 2


def test_a_sheet_of_notes_is_tried_on_the_database_and_nothing_kept(tmp_path: Path) -> None:
    import sqlite3

    from openpyxl import load_workbook

    sheet, database, config = tmp_path / "notes.xlsx", tmp_path / "x.db", tmp_path / "yunwei.toml"
    config.write_text(f'[database]\nurl = "sqlite+aiosqlite:///{database}"\n', encoding="utf-8")
    assert run("template", "notes", str(sheet)).exit_code == 0
    command = ("import", "notes", str(sheet), "--config", str(config), "--dry-run")
    refused = run(*command)
    assert refused.exit_code == 1, "the example's agency and technician are nobody's"
    assert "row 2 column 单位: '示例单位' is no known agency" in refused.output
    assert "row 2 column 处理人: no technician is called '王强'" in refused.output
    workbook = load_workbook(sheet)
    page = workbook.active
    page.cell(2, 4).value = page.cell(2, 7).value = None
    workbook.save(sheet)
    tried = run(*command)
    assert tried.exit_code == 0 and "1 notes, no problems" in tried.output
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM ticket").fetchone() == (0,)
    connection.close()
