"""A small HTTP server that takes notices, and checks their signature as docs/notify.md tells."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "very-secret"


class Receiver:
    def __init__(self) -> None:
        self.notices: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.status = 200
        self.bad = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                stamp, delivery = self.headers["X-Pedell-Timestamp"], self.headers["X-Pedell-Delivery"]
                signed = f"{stamp}.{delivery}.".encode() + body
                value = "v1=" + hmac.digest(SECRET.encode(), signed, hashlib.sha256).hex()
                fresh = abs(time.time() - int(stamp)) < 60
                if not fresh or not hmac.compare_digest(value, self.headers["X-Pedell-Signature"]):
                    outer.bad += 1
                outer.paths.append(self.path)
                status = outer.status
                if status == 200:
                    outer.notices.append(json.loads(body))
                    assert outer.notices[-1]["marker"] == delivery
                self.send_response(status)
                self.send_header("Content-Length", "0")
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hooks/pedell?room=1"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join(30)
        self.server.server_close()
