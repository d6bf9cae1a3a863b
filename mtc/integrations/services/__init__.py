"""Services of the connections to other programs."""

from mtc.integrations.services.api_keys import create_api_key, revoke_api_key

__all__ = ["create_api_key", "revoke_api_key"]
