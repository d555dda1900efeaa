"""What Prometheus reads: requests as the HTTP side sees them, work as the engine reports it.

Each application has its own registry, so that two in one process keep apart.
"""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, ProcessCollector

from app.engine.observer import Shed

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """An EngineObserver that counts, beside the counts of the HTTP side."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        by_model = ("model",)

        def counter(name: str, says: str, labels: Sequence[str] = by_model) -> Counter:
            return Counter(f"zerosum_{name}", says, labels, registry=registry)

        def gauge(name: str, says: str) -> Gauge:
            return Gauge(f"zerosum_{name}", says, registry=registry)

        def histogram(name: str, says: str, buckets: Sequence[float], labels: Sequence[str] = by_model) -> Histogram:
            return Histogram(f"zerosum_{name}", says, labels, buckets=buckets, registry=registry)

        self.requests = counter("http_requests", "Requests answered.", ("route", "method", "status"))
        self.latency = histogram("http_request_seconds", "From request to last byte.", SECONDS, ("route", "method"))
        self.in_flight = gauge("http_requests_in_flight", "Requests that are being answered now.")
        self.depth = gauge("queue_depth", "Requests that wait for a lane.")
        self.cost = gauge("queue_cost", "What waits, in rows x pixels x steps.")
        self.batch = histogram("batch_size", "Rows that a lane took at once.", SIZES)
        self.wait = histogram("batch_wait_seconds", "How long the first of a batch waited.", SECONDS)
        self.device = counter("device_seconds", "How long lanes computed.")
        self.encoding = counter("encode_seconds", "How long answers took to encode.")
        self.sheds = counter("shed", "Requests refused or given up.", ("model", "reason"))
        self.cancels = counter("cancelled_rows", "Rows dropped because their client left.")
        self.failures = counter("failures", "Requests that raised in a lane.")
        self.lookups = counter("cache_lookups", "Seeded requests looked up among kept answers.", ("model", "outcome"))

    def request(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self.requests.labels(route, method, str(status)).inc()
        self.latency.labels(route, method).observe(seconds)

    def queue_changed(self, *, depth: int, cost: int) -> None:
        """What waits now."""
        self.depth.set(depth)
        self.cost.set(cost)

    def batch_formed(self, model: str, *, size: int, waited: float) -> None:
        """A lane took a batch."""
        self.batch.labels(model).observe(size)
        self.wait.labels(model).observe(waited)

    def device_seconds(self, model: str, seconds: float) -> None:
        """A lane computed for so long."""
        self.device.labels(model).inc(seconds)

    def encode_seconds(self, model: str, seconds: float) -> None:
        """Answers took so long to encode."""
        self.encoding.labels(model).inc(seconds)

    def shed(self, model: str, reason: Shed) -> None:
        """A request was refused or given up."""
        self.sheds.labels(model, reason).inc()

    def cancelled(self, model: str, *, rows: int) -> None:
        """A client left its rows behind."""
        self.cancels.labels(model).inc(rows)

    def failed(self, model: str) -> None:
        """A request raised in a lane."""
        self.failures.labels(model).inc()

    def cache_answered(self, model: str, *, hit: bool) -> None:
        """A seeded request was looked up."""
        self.lookups.labels(model, "hit" if hit else "miss").inc()
