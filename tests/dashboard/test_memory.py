"""What is kept: made once, forgotten in order, never mixed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.memory import Memory


def test_a_value_is_made_once() -> None:
    made = []
    memory: Memory[str, object] = Memory(2)

    def make() -> object:
        made.append(object())
        return made[-1]

    assert memory.get("a", make) is memory.get("a", make)
    assert len(made) == 1


def test_what_was_asked_for_longest_ago_is_forgotten_first() -> None:
    memory: Memory[str, str] = Memory(2)
    for key in ("a", "b", "a", "c"):
        memory.get(key, lambda key=key: f"first {key}")  # type: ignore[misc]
    assert memory.get("a", lambda: "again") == "first a"
    assert memory.get("b", lambda: "again") == "again"


def test_a_failure_is_not_kept() -> None:
    memory: Memory[str, int] = Memory(2)
    with pytest.raises(ZeroDivisionError):
        memory.get("a", lambda: 1 // 0)
    assert memory.get("a", lambda: 1) == 1


def test_all_who_ask_at_once_get_one_value_and_their_own_key() -> None:
    memory: Memory[int, tuple[int, object]] = Memory(50)
    asked = [number % 40 for number in range(4000)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda key: (key, memory.get(key, lambda: (key, object()))), asked))
    assert all(value[0] == key for key, value in found)
    assert len({id(value) for _, value in found}) == 40
