"""Stand-ins with the interface of the real thing; `fake_ports()` is a set of them."""
