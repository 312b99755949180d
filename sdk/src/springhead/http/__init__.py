"""The engine-owned HTTP client: rate-limited, retried, robots-aware, metered, secret-bearing and replayable.

::

    source ── Http (one subject: budget, log of answers)
                └ Client (one run of one source: limits, retries, robots.txt, conditional requests, redirects)
                    └ Transport: LiveTransport (httpx) · ReplayTransport (HAR) · RecordingTransport (around either)

Only a transport touches the outside; only ``LiveTransport`` knows secrets.
"""

from springhead.http.budget import Meter
from springhead.http.client import Client, Http
from springhead.http.judge import judge_status
from springhead.http.limits import HostLimits, SharedLimits
from springhead.http.messages import RawResponse, Request, Response, Transport
from springhead.http.retry import RetryPolicy

__all__ = [
    "Client",
    "HostLimits",
    "Http",
    "Meter",
    "RawResponse",
    "Request",
    "Response",
    "RetryPolicy",
    "SharedLimits",
    "Transport",
    "judge_status",
]
