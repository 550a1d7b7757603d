from tests.solves.disk import disk

__all__ = ["disk"]
