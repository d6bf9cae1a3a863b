"""Pictures: their content freed of everything but the picture, and smaller copies of them."""

from mtc.infra.pictures.base import Cleaned, PictureError, Pictures, Rendition, build_pictures

__all__ = ["Cleaned", "PictureError", "Pictures", "Rendition", "build_pictures"]
