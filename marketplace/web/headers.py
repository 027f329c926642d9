"""The headers of every answer: what a browser may do with our pages, and what it may keep of them."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from config import Settings

# Nothing is allowed that is not named. Scripts and styles come from our own files alone: no inline code, no eval.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
UNUSED_POWERS = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope"),
    *("magnetometer", "microphone", "midi", "payment", "usb", "xr-spatial-tracking"),
)
COMMON = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED_POWERS),
}
TWO_YEARS = 63_072_000
# Vite writes a digest of the content into each name, so what a name stands for never changes.
FOREVER = "public, max-age=31536000, immutable"


def init_headers(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer that has not set its own (a download may be stricter)."""
    headers = dict(COMMON)
    if settings.production:
        headers["Content-Security-Policy"] += "; upgrade-insecure-requests"
        headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"

    def add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        _say_what_may_be_kept(response)
        return response

    app.after_request(add)


def _say_what_may_be_kept(response: Response) -> None:
    """Files of the build are kept for good; the page of somebody who is signed in not even for the way back."""
    if request.endpoint == "static" and response.status_code in (200, 304):
        manifest = request.path.endswith("manifest.json")
        response.headers["Cache-Control"] = "no-cache" if manifest else FOREVER
    elif "Cache-Control" not in response.headers:
        known = current_app.config["SESSION_COOKIE_NAME"] in request.cookies or "Authorization" in request.headers
        response.headers["Cache-Control"] = "private, no-store" if known else "private, no-cache"
