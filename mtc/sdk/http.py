"""The client `ctx.http` and its answers; what else it raises is in `mtc.sdk.errors`."""

from mtc.infra.http import Http, Response
from mtc.plugins.services.context_members.http import DeclaredHttp, HttpAnswerError, UndeclaredHostError

__all__ = ["DeclaredHttp", "Http", "HttpAnswerError", "Response", "UndeclaredHostError"]
