"""Values that may vanish, shared counters and the rate limits made of them."""

from mtc.infra.cache.base import Cache
from mtc.infra.cache.limits import Limits, Verdict
from mtc.infra.cache.memory import MemoryCache
from mtc.infra.cache.redis import RedisCache

__all__ = ["Cache", "Limits", "MemoryCache", "RedisCache", "Verdict"]
