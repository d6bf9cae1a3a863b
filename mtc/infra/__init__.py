"""Servers and files outside, behind protocols with a local and a real implementation each."""

from mtc.infra.ports import Ports, build_ports, ports

__all__ = ["Ports", "build_ports", "ports"]
