"""Stands in for an application of the town: `python -m tests.town.stand_in NAME`, answers /readyz on HELHED_BIND.

NAME may say how it misbehaves: `…-broken` ends at once, `…-deaf` never becomes ready, `…-stubborn` ignores SIGTERM.
"""

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answer(BaseHTTPRequestHandler):
    """Says 200, or 503 when deaf."""

    def do_GET(self) -> None:
        """Any path."""
        self.send_response(503 if sys.argv[1].endswith("-deaf") else 200)
        self.end_headers()
        self.wfile.write(str(os.getpid()).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: its log is for what went wrong."""


def main(name: str) -> None:
    """Serve until told to stop."""
    if name.endswith("-broken"):
        sys.exit("this one never works: its last words")
    if name.endswith("-stubborn"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    host, _, port = os.environ["HELHED_BIND"].rpartition(":")
    HTTPServer((host, int(port)), Answer).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
