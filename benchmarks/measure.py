"""What a measure is, and how time and memory are taken."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Ratio:
    """A measured value, the floor it is held against, and the ratio that is wanted at most."""

    name: str
    value: float
    floor: float
    unit: str
    target: float

    @property
    def ratio(self) -> float:
        return self.value / self.floor

    @property
    def met(self) -> bool:
        return self.ratio <= self.target

    def shown(self, value: float) -> str:
        return f"{value:.2f} {self.unit}"

    def as_dict(self) -> dict[str, object]:
        return asdict(self) | {"ratio": self.ratio, "met": self.met}


@dataclass(frozen=True)
class Run:
    """Seconds and peak memory (MB, the whole process tree) of one command."""

    seconds: float
    peak_mb: float


def run(command: list[str], cwd: Path, environment: dict[str, str]) -> Run:
    """Runs a command to its end, sampling the memory of its process tree every 20 ms.

    Memory is the proportional set size: pages that two processes share count once.
    """
    started = time.perf_counter()
    process = psutil.Popen(
        command,
        cwd=cwd,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    peak = 0.0
    done = threading.Event()

    def sample() -> None:
        nonlocal peak
        while not done.is_set():
            peak = max(peak, _tree_mb(process))
            done.wait(0.02)

    sampler = threading.Thread(target=sample)
    sampler.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - started
    done.set()
    sampler.join()
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {errors.decode()[-2000:]}")
    return Run(seconds, peak)


def _tree_mb(process: psutil.Process) -> float:
    total = 0
    try:
        for member in [process, *process.children(recursive=True)]:
            total += member.memory_full_info().pss
    except psutil.Error:
        return 0.0  # a member ended while it was looked at; the next sample counts
    return total / 1e6
