"""The fixtures of the small tree, for the tests that break it."""

from tests.online.conftest import producer, published_tree, tree

__all__ = ["producer", "published_tree", "tree"]
