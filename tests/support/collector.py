"""A collector of traces on loopback that speaks OTLP/HTTP, and reads it with OpenTelemetry's own messages."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector:
    """`status`: what it answers; 0 is nothing at all, for as long as the test lasts."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.requests: list[tuple[str, Mapping[str, str], ExportTraceServiceRequest]] = []
        self.over = Event()
        self.url = ""

    @property
    def spans(self) -> list[Span]:
        return [span for _, _, told in self.requests for one in told.resource_spans for scope in one.scope_spans for span in scope.spans]

    @property
    def resource(self) -> dict[str, Any]:
        ((_, _, told),) = self.requests
        return attributes(told.resource_spans[0].resource.attributes)


def attributes(of: Any) -> dict[str, Any]:
    """As a dictionary of plain values."""
    pairs: list[KeyValue] = list(of)
    return {one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in pairs}


@contextmanager
def collecting(status: int = 200) -> Iterator[Collector]:
    found = Collector(status)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            content = gzip.decompress(content) if self.headers.get("Content-Encoding") == "gzip" else content
            found.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, ExportTraceServiceRequest.FromString(content)))
            if not found.status:
                found.over.wait()
                return
            self.send_response(found.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        found.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield found
    finally:
        found.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
