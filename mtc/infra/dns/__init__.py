"""Looking up the texts that the owners of domains have written into DNS."""

from mtc.infra.dns.base import Dns, DnsError
from mtc.infra.dns.resolver import DnsResolver

__all__ = ["Dns", "DnsError", "DnsResolver"]
