"""Spans over OTLP/HTTP, by OpenTelemetry's own library, which reads where to and how from the environment.

https://opentelemetry.io/docs/specs/otel/protocol/exporter/
"""

import logging
from threading import Thread

from ftaction.model.span import Span, Trace

PATIENCE = 5.0  # seconds that a collector may cost a run
_NANO = 1_000_000_000


def export(trace: Trace, patience: float = PATIENCE) -> str:
    """Send it; what went wrong, in a sentence. Nothing of an address or a header is told: both may hold secrets."""
    try:
        import opentelemetry.exporter.otlp.proto.http.trace_exporter
        import opentelemetry.sdk.trace  # noqa: F401
    except ImportError:
        return "no spans were sent: their library is not here, `pip install 'ftaction[otel]'` brings it"
    sent: list[bool] = []

    def send() -> None:
        try:
            sent.append(_send(trace, patience))
        except Exception:  # noqa: BLE001  # an odd address or certificate: whatever a library raises, no run fails for it
            sent.append(False)

    sending = Thread(target=send, daemon=True)  # its own limit is for one silence, this one for all
    sending.start()
    sending.join(patience)
    if not sent:
        return f"no spans were sent: the collector did not answer within {patience:g} s"
    return "" if sent[0] else "no spans were sent: the collector could not be reached, or refused them"


def _send(trace: Trace, patience: float) -> bool:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExportResult
    from opentelemetry.trace import Span as Made
    from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    logging.getLogger("opentelemetry").addHandler(logging.NullHandler())
    logging.getLogger("opentelemetry").propagate = False  # it would write on the terminal what is told in our words
    resource = Resource.create(trace.resource).merge(OTELResourceDetector().detect())  # what the user says goes before what we know
    tracer = TracerProvider(resource=resource, shutdown_on_exit=False).get_tracer("ftaction", str(trace.resource.get("service.version", "")))
    around = TraceContextTextMapPropagator().extract(trace.context)
    root = tracer.start_span(trace.run.name, around, SpanKind.SERVER, dict(trace.run.attributes), start_time=_nano(trace.run.start))
    made: list[tuple[Made, Span]] = [(root, trace.run)]
    within = set_span_in_context(root, around)
    made += [(tracer.start_span(one.name, within, SpanKind.INTERNAL, dict(one.attributes), start_time=_nano(one.start)), one) for one in trace.checks]
    for span, one in made:
        if one.error:
            span.set_status(Status(StatusCode.ERROR, one.error))
        span.end(_nano(one.end))
    recorded = [span for span, _ in made if isinstance(span, ReadableSpan) and span.get_span_context().trace_flags.sampled]
    return not recorded or OTLPSpanExporter(timeout=patience).export(recorded) is SpanExportResult.SUCCESS


def _nano(seconds: float) -> int:
    return round(seconds * _NANO)
