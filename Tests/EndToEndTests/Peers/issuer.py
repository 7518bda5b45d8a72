"""An authorization server that signs whatever it is told, with PyJWT.

issuer.py publish FOLDER KEY...   writes the public keys of these names to FOLDER/keys
issuer.py sign FOLDER SPEC...     prints one token a line

A key is made when it is named first: RSA if its name begins with `rsa`, P-256 otherwise. A SPEC is
a JSON object of `key` (its name), `claims`, `expires` (seconds from now) and, to lie with: `id`
(the `kid`, when not the name of the key), `algorithm` (`none`, `HS256` with the public key as
secret) and `forge` (claims that take the place of the signed ones).
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import sys
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

folder = pathlib.Path(sys.argv[2])


def private_key(name):
    path = folder / f"{name}.pem"
    if path.exists():
        return serialization.load_pem_private_key(path.read_bytes(), password=None)
    is_rsa = name.startswith("rsa")
    key = rsa.generate_private_key(65537, 2048) if is_rsa else ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return key


def algorithm(name):
    return "RS256" if name.startswith("rsa") else "ES256"


def public_key(name):
    signer = jwt.get_algorithm_by_name(algorithm(name))
    key = signer.to_jwk(private_key(name).public_key(), as_dict=True)
    return key | {"kid": name, "use": "sig", "alg": algorithm(name)}


def publish(names):
    (folder / "keys.new").write_text(json.dumps({"keys": [public_key(name) for name in names]}))
    os.rename(folder / "keys.new", folder / "keys")


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(spec):
    name = spec["key"]
    chosen = spec.get("algorithm", algorithm(name))
    header = {"typ": "at+jwt", "kid": spec.get("id", name)}
    claims = spec["claims"]
    if "expires" in spec:
        claims["exp"] = int(time.time()) + spec["expires"]
    if chosen == "HS256":
        head = encode(json.dumps(header | {"alg": chosen}).encode())
        text = f"{head}.{encode(json.dumps(claims).encode())}"
        public = private_key(name).public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return f"{text}.{encode(hmac.digest(public, text.encode(), hashlib.sha256))}"
    key = None if chosen == "none" else private_key(name)
    token = jwt.encode(claims, key, algorithm=chosen, headers=header)
    if "forge" not in spec:
        return token
    head, _, signature = token.split(".")
    forged = encode(json.dumps(claims | spec["forge"]).encode())
    return f"{head}.{forged}.{signature}"


if sys.argv[1] == "publish":
    publish(sys.argv[3:])
else:
    for text in sys.argv[3:]:
        print(sign(json.loads(text)))
