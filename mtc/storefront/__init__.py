"""The storefront floor."""
