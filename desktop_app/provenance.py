"""How a take was made, as a page to read: what was asked of which model, its options, chords and training data."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from desktop_app.language import tr
from desktop_app.library.project import Take, Wish
from music_core.harmony.lane import ChordLane, chord_at
from music_core.harmony.symbols import symbol
from music_core.manifest import Manifest
from music_core.score import Metre, bar_lines

_BARS_A_LINE = 4
_HUMAN = "human"
# What a model's card may say of copies; such a sentence is quoted.
_ABOUT_COPIES = re.compile(r"copied|copies of|verbatim|memoris|close to (its|the) training", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n\|")


def how_made(take: Take, letter: str, model: Manifest | None, card: str, metres: tuple[Metre, ...]) -> str:
    """The page in Markdown; `card` is the model's, empty where the model is not installed."""
    title = tr(model.title) if model else take.model_id
    lines = [f"## {tr('Take {letter}', letter=letter)}", ""]
    lines += [
        tr(
            "**{verb}** by the model **{model}**, seed **{seed}**.",
            verb=wish_text(take.wish),
            model=title,
            seed=take.seed,
        )
    ]
    lines += ["", *map(tr, take.notes)]
    lines += ["", f"### {tr('Options')}", "", *_options(take, model)]
    lines += ["", f"### {tr('Chords')}", "", *_chords(take.chords, metres, _end_of(take))]
    lines += ["", f"### {tr('How close to its training data')}", "", closeness(model, card)]
    if model is not None:
        lines += ["", *_training(model)]
    return "\n".join(lines)


def wish_text(wish: Wish) -> str:
    """What was asked for, in a few words."""
    text = _wish_text(wish)
    return tr("{wish}, in the rhythm there was", wish=text) if wish.keeps_rhythm else text


def _wish_text(wish: Wish) -> str:
    parts = tr("all parts") if wish.roles is None else ", ".join(role_name(role) for role in sorted(wish.roles))
    if wish.verb == "band":
        band = tr("Add a band") if wish.roles is None else tr("Add a band: {parts}", parts=parts)
        return band if wish.bars is None else tr("{band}, up to bar {last}", band=band, last=wish.bars[1])
    if wish.verb == "vary":
        return tr("Vary {parts}, {percent} %", parts=parts, percent=round(wish.share * 100))
    if wish.bars is not None:
        first, last = wish.bars[0] + 1, wish.bars[1]
        if first == last:
            return tr("Fill bar {first}: {parts}", first=first, parts=parts)
        return tr("Fill bars {first} to {last}: {parts}", first=first, last=last, parts=parts)
    return tr("Redo {parts}", parts=parts)


def role_name(role: str) -> str:
    """A part's role in the user's words."""
    names = {
        "melody": tr("melody"), "soprano": tr("soprano"), "alto": tr("alto"), "tenor": tr("tenor"), "bass": tr("bass"),
        "drums": tr("drums"), "keys": tr("keys"), "guitar": tr("guitar"), "strings": tr("strings"),
        "winds": tr("winds"), "brass": tr("brass"), "timpani": tr("timpani"), "harmony": tr("harmony"),
    }  # fmt: skip
    return names.get(role, role)


def closeness(model: Manifest | None, card: str) -> str:
    """What the model's manifest, or else its card, says of passages copied from the songs it learned from."""
    if model is None:
        return tr("The model is not installed here, so nothing is known.")
    for own, human in _copied(model.metrics):
        if human is None:
            return tr("In its test, {own} of its four-bar passages came from its training songs.", own=_percent(own))
        return tr(
            "In its test, {own} of its four-bar passages came from its training songs; of people's own, {human}.",
            own=_percent(own),
            human=_percent(human),
        )
    for sentence in _SENTENCE.split(card):
        if _ABOUT_COPIES.search(sentence):
            return tr("Its card says: “{sentence}”", sentence=" ".join(sentence.split()))
    return tr("Neither its manifest nor its card says; it was not measured.")


def _copied(metrics: Any) -> Iterator[tuple[float, float | None]]:
    """(the model's share, people's share) of copied passages, wherever the figures have them."""
    if not isinstance(metrics, Mapping):
        return
    own = [value for name, value in metrics.items() if name != _HUMAN and _figure(value) is not None]
    if own:
        model = metrics.get("model")
        yield _figure(model if _figure(model) is not None else own[-1]) or 0.0, _figure(metrics.get(_HUMAN))
    for value in metrics.values():
        yield from _copied(value)


def _figure(row: Any) -> float | None:
    value = row.get("copied", row.get("copied_4")) if isinstance(row, Mapping) else None
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if good else None  # type: ignore[arg-type]


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _options(take: Take, model: Manifest | None) -> list[str]:
    if model is None:
        return [f"- {name}: {value:g}" for name, value in take.options.items()] or [tr("None.")]
    lines = []
    for option in model.options:
        value = take.options.get(option.name, option.default)
        if value == option.default:
            lines.append(tr("- {option}: {value} (default)", option=tr(option.label), value=f"{value:.3g}"))
        else:
            lines.append(tr("- {option}: **{value}** ● changed", option=tr(option.label), value=f"{value:.3g}"))
    return lines or [tr("This model has none.")]


def _chords(lane: ChordLane, metres: tuple[Metre, ...], end_tick: int) -> list[str]:
    if not lane:
        return [tr("This model found its own harmony and wrote no chords down.")]
    lines = bar_lines(metres, max(1, end_tick))
    bars = [_bar_text(lane, start, end) for start, end in pairwise(lines)]
    rows = [bars[first : first + _BARS_A_LINE] for first in range(0, len(bars), _BARS_A_LINE)]
    return [
        tr("- from bar {bar}: {chords}", bar=number * _BARS_A_LINE + 1, chords=" | ".join(row))
        for number, row in enumerate(rows)
    ]


def _bar_text(lane: ChordLane, start: int, end: int) -> str:
    inside = [change for change in lane if start < change.tick < end]
    sounding = [chord_at(lane, start), *(change.chord for change in inside)]
    return " ".join("–" if chord is None else symbol(chord) for chord in sounding)


def _end_of(take: Take) -> int:
    ends: Sequence[int] = [track.end_tick for track in take.tracks]
    return max((*ends, *(change.tick + 1 for change in take.chords)), default=0)


def _training(model: Manifest) -> list[str]:
    songs, corpus = model.training.get("songs"), model.training.get("corpus")
    lines = []
    if songs and corpus:
        lines.append(tr("It learned from {songs} songs: {corpus}.", songs=songs, corpus=corpus))
    licences = model.training.get("licences")
    if isinstance(licences, (list, tuple)) and licences:
        lines.append(tr("Licences: {licences}.", licences="; ".join(map(str, licences))))
    return lines
