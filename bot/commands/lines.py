"""JSON lines in and out, as the commands that other tools rely on read and write them: `-` is stdin or stdout."""

import contextlib
import json
import sys
from collections.abc import Iterator, Mapping
from typing import IO, Any

from bot.cli import Failure


def read(path: str, required: Mapping[str, type]) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file. A broken line stops with its number (exit 1)."""
    with _open(path, "r") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except json.JSONDecodeError as error:
                raise Failure(f"{path} line {number}: not JSON ({error.msg})") from None
            if not isinstance(value, dict):
                raise Failure(f"{path} line {number}: not an object")
            for key, kind in required.items():
                if not isinstance(value.get(key), kind):
                    raise Failure(f"{path} line {number}: {key!r} is missing or not a {kind.__name__}")
            yield value


@contextlib.contextmanager
def writer(path: str) -> Iterator[IO[str]]:
    with _open(path, "w") as file:
        yield file


def dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@contextlib.contextmanager
def _open(path: str, mode: str) -> Iterator[IO[str]]:
    if path == "-":
        stream = sys.stdin if mode == "r" else sys.stdout
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
        yield stream
        stream.flush() if mode == "w" else None
        return
    try:
        with open(path, mode, encoding="utf-8") as file:
            yield file
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{path}: {error}") from None
