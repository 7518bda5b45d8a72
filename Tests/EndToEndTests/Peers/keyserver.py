"""A small server of public keys: keyserver.py FOLDER

Serves FOLDER/keys at /keys with an ETag, and misbehaves at the other paths. It writes its port to
FOLDER/port and one line per request to FOLDER/requests: the path, and the tag that was sent.
"""

import hashlib
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder = sys.argv[1]


class KeyHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def note(self):
        line = f"{self.path} {self.headers.get('if-none-match', '-')}\n"
        with open(f"{folder}/requests", "a", encoding="utf-8") as notes:
            notes.write(line)

    def answer(self, status, body=b"", **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.note()
        if self.path == "/keys":
            return self.keys()
        if self.path == "/moved":
            return self.answer(302, Location="/keys")
        if self.path == "/large":
            return self.answer(200, b" " * 65_537)
        if self.path == "/endless":
            return self.endless()
        if self.path == "/silent":
            return time.sleep(30)
        return self.answer(404)

    def keys(self):
        with open(f"{folder}/keys", "rb") as file:
            body = file.read()
        tag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        if self.headers.get("if-none-match") == tag:
            return self.answer(304, ETag=tag)
        return self.answer(
            200, body, ETag=tag, Cache_Control="public, max-age=600"
        )

    def endless(self):
        """A body without an end, in chunks, faster than any limit on time."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"1000\r\n" + b" " * 0x1000 + b"\r\n")
        except OSError:
            self.close_connection = True


server = ThreadingHTTPServer(("127.0.0.1", 0), KeyHandler)
server.daemon_threads = True
with open(f"{folder}/port.new", "w", encoding="utf-8") as file:
    file.write(str(server.server_port))
os.rename(f"{folder}/port.new", f"{folder}/port")
server.serve_forever()
