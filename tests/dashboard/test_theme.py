"""The palette: readable on its background, and apart for colour-blind readers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dashboard.theme import DASHES, SYMBOLS, Mode, palette, symbol

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
DEFICIENCIES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
MODES: list[Mode] = ["light", "dark"]


def _linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    lights = sorted(float(_linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _lab(linear: np.ndarray) -> np.ndarray:
    matrix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(matrix) @ np.clip(linear, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("mode", MODES)
def test_every_colour_stands_out_from_its_background(mode: Mode) -> None:
    shades = palette(mode)
    for colour in (*shades.series, shades.text, shades.accent):
        assert _contrast(colour, shades.background) >= 4.5, colour


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("mode", MODES)
def test_the_first_colours_stay_apart_for_colour_blind_readers(mode: Mode, deficiency: str) -> None:
    seen = [_lab(np.array(DEFICIENCIES[deficiency]) @ _linear(c)) for c in palette(mode).series[:5]]
    apart = [float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2)]
    assert min(apart) >= 10


def test_colour_is_never_the_only_sign_of_a_series() -> None:
    assert len(set(DASHES)) >= len(palette().series) <= len(set(SYMBOLS))


def test_markers_tell_the_rank_and_the_state_of_a_value() -> None:
    assert symbol(0) == "circle"
    assert symbol(0, hollow=True) == "circle-open"
    assert symbol(1, dotted=True) == "square-dot"
    assert symbol(1, hollow=True, dotted=True) == "square-open-dot"
