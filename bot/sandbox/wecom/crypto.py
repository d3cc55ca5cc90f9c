"""Signature, AES and envelopes of WeCom callbacks, written from the protocol, on `cryptography` alone."""

import base64
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32


class CryptoError(Exception):
    """The data is not a genuine envelope; `kind` is the sample library's class (-40001 signature, -40005 receiver …)."""

    def __init__(self, kind: int, text: str) -> None:
        super().__init__(f"{kind} {text}")
        self.kind = kind


def key_of(encoding_aes_key: str) -> bytes:
    """The 32 key bytes; published keys need not be canonical base64."""
    try:
        key = base64.b64decode(encoding_aes_key + "=")
    except ValueError as error:
        raise CryptoError(-40004, "illegal AES key") from error
    if len(encoding_aes_key) != 43 or len(key) != 32:
        raise CryptoError(-40004, "illegal AES key")
    return key


def signature(token: str, timestamp: str, nonce: str, encrypt: str) -> str:
    return hashlib.sha1("".join(sorted([token, timestamp, nonce, encrypt])).encode()).hexdigest()


def check_signature(token: str, timestamp: str, nonce: str, encrypt: str, given: str) -> None:
    if not hmac.compare_digest(signature(token, timestamp, nonce, encrypt).encode(), given.encode()):
        raise CryptoError(-40001, "signature")


def encrypt(encoding_aes_key: str, message: str, receive_id: str, random16: bytes | None = None) -> str:
    key = key_of(encoding_aes_key)
    body = message.encode()
    plain = (random16 or secrets.token_hex(8).encode()) + struct.pack(">I", len(body)) + body + receive_id.encode()
    pad = BLOCK - len(plain) % BLOCK
    plain += bytes([pad]) * pad
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def decrypt(encoding_aes_key: str, encrypted: str, receive_id: str) -> str:
    """The message. Raises CryptoError for anything that is not one."""
    key = key_of(encoding_aes_key)
    try:
        data = base64.b64decode(encrypted, validate=True)
    except ValueError as error:
        raise CryptoError(-40010, "base64") from error
    if not data or len(data) % 16:
        raise CryptoError(-40007, "length")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise CryptoError(-40007, "padding")
    plain = plain[:-pad]
    if len(plain) < 20:
        raise CryptoError(-40008, "too short")
    length = struct.unpack(">I", plain[16:20])[0]
    if 20 + length > len(plain):
        raise CryptoError(-40008, "length")
    try:
        message, receiver = plain[20 : 20 + length].decode(), plain[20 + length :].decode()
    except UnicodeDecodeError as error:
        raise CryptoError(-40008, "not text") from error
    if receiver != receive_id:
        raise CryptoError(-40005, "receiver")
    return message


def envelope(corp_id: str, agent_id: int, encrypted: str) -> str:
    """The POST body of a callback."""
    return (
        f"<xml><ToUserName><![CDATA[{corp_id}]]></ToUserName><AgentID><![CDATA[{agent_id}]]></AgentID>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    )
