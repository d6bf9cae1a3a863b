"""Everything that a plugin imports, and all that it may import of MTC (docs/plugins/).

Within one number of `SDK_VERSION` names, parameters and fields are only added.
"""

from mtc.core.hooks import Reject, hookimpl
from mtc.plugins.services import PluginContext, state_of
from mtc.plugins.services.state import State, StateValue
from mtc.plugins.versions import SDK_VERSION

__all__ = [
    "SDK_VERSION",
    "PluginContext",
    "Reject",
    "State",
    "StateValue",
    "hookimpl",
    "state_of",
]
