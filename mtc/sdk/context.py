"""The members of `ctx` and their errors (docs/plugins/context.md)."""

from mtc.plugins.services.context_members.cache import PluginCache
from mtc.plugins.services.context_members.clock import PluginClock
from mtc.plugins.services.context_members.email import PluginEmail, PluginEmailError
from mtc.plugins.services.context_members.events import PluginEvent, PluginEventError, PluginEvents
from mtc.plugins.services.context_members.plugins import OtherPlugins, PluginInfo
from mtc.plugins.services.context_members.queue import PluginQueue, QueueError
from mtc.plugins.services.context_members.storage import PluginStorage
from mtc.plugins.services.context_members.stores import StoreView

__all__ = [
    "OtherPlugins",
    "PluginCache",
    "PluginClock",
    "PluginEmail",
    "PluginEmailError",
    "PluginEvent",
    "PluginEventError",
    "PluginEvents",
    "PluginInfo",
    "PluginQueue",
    "PluginStorage",
    "QueueError",
    "StoreView",
]
