"""The members of `ctx`, a module for each; `mtc.plugins.services.context` makes them when first used."""
