"""Themes, page layouts, components and widgets."""
