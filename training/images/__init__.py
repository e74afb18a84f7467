"""Picture files: decoded as people see them, whatever their format, and checked before they are trained on."""

from training.images.decode import decode

__all__ = ["decode"]
