"""The log of the process, to standard error: our lines straight from structlog, the libraries' through logging."""

import logging
import sys

import orjson
import structlog
from structlog.typing import Processor

from app.settings import Settings


def configure_logs(settings: Settings) -> None:
    """Called once by `python -m app`; an application made by create_app leaves its host's logging alone."""
    level = getattr(logging, settings.log_level.upper())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, *renderers(settings)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),  # a third of the time that a way round logging takes
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[strip, *renderers(settings)])
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.WARNING))  # what libraries say below a warning, our own lines say better


def to_json(event: object, **_: object) -> str:
    """As structlog's JSON renderer wants it."""
    return orjson.dumps(event, default=str).decode()


def renderers(settings: Settings) -> list[Processor]:
    """How a line is written: for a person, or as one JSON object. No traceback shows variables: some are keys."""
    if settings.log_format == "console":
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer(to_json)]
