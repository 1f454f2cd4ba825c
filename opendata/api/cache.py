"""Answers kept ready: whole, encoded, bounded by their bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

MOST_BYTES = 64 * 2**20
LARGEST = 4 * 2**20  # bytes of one answer; larger ones would drive out all others
OVERHEAD = 1_000  # bytes that an entry takes beside its body, about

Header = tuple[bytes, bytes]


@dataclass(frozen=True)
class Answer:
    """What goes over the wire.

    Attributes:
        headers: All but those that the server adds.
        etag: Of these very bytes; empty for what is no representation (an error).
    """

    status: int
    headers: tuple[Header, ...]
    body: bytes
    etag: str = ""


class KeptAnswers:
    """The answers used last, as many as fit."""

    def __init__(self, most_bytes: int = MOST_BYTES, largest: int = LARGEST) -> None:
        self.most_bytes = most_bytes
        self.largest = largest
        self.bytes = 0
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: Hashable) -> Answer | None:
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def put(self, key: Hashable, answer: Answer) -> None:
        if len(answer.body) > self.largest:
            return
        with self._lock:
            replaced = self._answers.pop(key, None)
            self.bytes += _size(answer) - (_size(replaced) if replaced else 0)
            self._answers[key] = answer
            while self.bytes > self.most_bytes:
                _, dropped = self._answers.popitem(last=False)
                self.bytes -= _size(dropped)


def _size(answer: Answer) -> int:
    return len(answer.body) + OVERHEAD
