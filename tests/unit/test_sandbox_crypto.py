"""The emulator's own crypto against the published vectors: it must be right without the channel's help."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.wecom import crypto

VECTORS = json.loads((Path(__file__).parent.parent / "data/vectors/wecom_crypto.json").read_text("utf-8"))
KINDS = {"signature": {-40001}, "receiveid": {-40005}, "decrypt": {-40005, -40007, -40008, -40010}}


@pytest.mark.parametrize("vector", VECTORS["decrypt"], ids=lambda v: v["name"])
def test_decrypt(vector: dict[str, str]) -> None:
    crypto.check_signature(
        vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"], vector["msg_signature"]
    )
    assert crypto.decrypt(vector["encoding_aes_key"], vector["encrypt"], vector["receiveid"]) == vector["plaintext"]


@pytest.mark.parametrize(
    "vector", [v for v in VECTORS["decrypt"] if "random16_base64" in v] + VECTORS["encrypt"], ids=lambda v: v["name"]
)
def test_encrypt_gives_the_very_bytes(vector: dict[str, str]) -> None:
    random = base64.b64decode(vector["random16_base64"]) if "random16_base64" in vector else vector["random16"].encode()
    made = crypto.encrypt(vector["encoding_aes_key"], vector["plaintext"], vector["receiveid"], random)
    assert made == vector["encrypt"]
    assert crypto.signature(vector["token"], vector["timestamp"], vector["nonce"], made) == vector["msg_signature"]


@pytest.mark.parametrize("vector", VECTORS["negative"], ids=lambda v: v["name"])
def test_damage_is_an_error_of_its_class(vector: dict[str, str]) -> None:
    with pytest.raises(crypto.CryptoError) as raised:
        crypto.check_signature(
            vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"], vector["msg_signature"]
        )
        crypto.decrypt(vector["encoding_aes_key"], vector["encrypt"], vector["receiveid"])
    assert raised.value.kind in KINDS[vector["expect"].split()[0]]


@pytest.mark.parametrize("vector", VECTORS["keys"], ids=lambda v: v["key"] or "empty")
def test_keys(vector: dict[str, Any]) -> None:
    if vector["valid"]:
        assert len(crypto.key_of(vector["key"])) == 32
    else:
        with pytest.raises(crypto.CryptoError):
            crypto.key_of(vector["key"])
