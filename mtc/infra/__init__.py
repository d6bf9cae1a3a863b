"""The world outside the house, behind small protocols that each have a local and a real side."""

from mtc.infra.ports import Ports, build_ports, ports

__all__ = ["Ports", "build_ports", "ports"]
