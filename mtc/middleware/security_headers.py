"""Headers of every answer, and the nonce that the page's own scripts carry."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

from mtc.config import Config
from mtc.core import security_log
from mtc.core.ids import token
from mtc.web.client_address import client_ip

HSTS = "max-age=31536000; includeSubDomains"


def csp_nonce() -> str:
    """The nonce of the running answer."""
    nonce: str | None = g.get("csp_nonce")
    if nonce is None:
        nonce = g.csp_nonce = request.environ.get("mtc.nonce") or secrets.token_urlsafe(16)
    return nonce


def policy(nonce: str, *, secure: bool) -> str:
    """The content security policy (CSP level 3): own files, nonced scripts, no eval, nothing framed."""
    rules = [
        "default-src 'none'",
        f"script-src 'nonce-{nonce}'",
        f"style-src 'self' 'nonce-{nonce}'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types htmx",
    ]
    return "; ".join([*rules, "upgrade-insecure-requests"] if secure else rules)


def bare_headers(*, secure: bool) -> list[tuple[str, str]]:
    """Return the headers of an answer that is made before Flask is asked: a sentence or a redirect."""
    headers = [
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]
    return [*headers, ("Strict-Transport-Security", HSTS)] if secure else headers


def install_security(app: Flask) -> None:
    """Add the headers to every answer of Flask."""
    config: Config = app.config["MTC"]
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.before_request
    def _name_config() -> None:
        request.environ["mtc.config"] = config
        g.request_id = token(9)
        security_log.begin(
            request=g.request_id,
            ip=client_ip(),
            host=request.host[:100],
            method=request.method[:10],
            route=request.url_rule.rule if request.url_rule else "",
        )

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy(csp_nonce(), secure=config.secure))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        if config.secure:
            headers.setdefault("Strict-Transport-Security", HSTS)
        headers.setdefault("Cache-Control", "no-store")
        if response.mimetype == "text/html":
            headers.add("Vary", "HX-Request, HX-Request-Type")
        return response
