"""Headers of every answer: what the browser may load, and who may frame the page."""

from __future__ import annotations

from functools import lru_cache

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.paths import is_embedded

# What no page asks for.
REFUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)


def security_headers(host: str, embedded: bool) -> dict[str, str]:
    """The headers for one address.

    Args:
        host: The ``Host`` of the request, checked before; older browsers do not take ``'self'``
            for the websocket.
        embedded: Whether the address may stand in a frame of any site.
    """
    policy = {
        "default-src": "'none'",
        # The frontend reads its messages with a piece of WebAssembly.
        "script-src": "'self' 'wasm-unsafe-eval'",
        # Streamlit (emotion) and Plotly write their styles into the page.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self' ws://{host} wss://{host}" if host else "'self'",
        "manifest-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "*" if embedded else "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{key} {value}" for key, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in REFUSED_FEATURES),
    }
    return headers if embedded else headers | {"X-Frame-Options": "DENY"}


@lru_cache(100)
def _encoded(host: str, embedded: bool) -> dict[bytes, bytes]:
    """The headers as they are sent; worked out once an address under which we are called."""
    return {
        name.lower().encode("latin-1"): value.encode("latin-1")
        for name, value in security_headers(host, embedded).items()
    }


class SecurityHeaders:
    """Puts the security headers on every answer, refusals included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = _encoded(host_of(scope), is_embedded(scope["path"]))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [header for header in message["headers"] if header[0] not in headers]
                message["headers"] = [*others, *headers.items()]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def host_of(scope: Scope) -> str:
    """The ``Host`` of a request; empty where it holds what would end the policy's directive."""
    host = Headers(scope=scope).get("host", "")
    return host if all(letter.isalnum() or letter in "-.:[]" for letter in host) else ""
