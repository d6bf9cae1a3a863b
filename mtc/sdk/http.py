"""The client `ctx.http` and its answers; what it raises is in `mtc.sdk.errors`."""

from mtc.infra.http import Http, Response

__all__ = ["Http", "Response"]
