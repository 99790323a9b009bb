"""Where the metronome clicks, as events like any others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desktop_app.audio.synth import METRONOME_CHANNEL, NoteOff, NoteOn
from music_core.score import Metre, metre_at

# General MIDI's hi and low wood block.
ACCENT = NoteOn(METRONOME_CHANNEL, 76, 112)
BEAT = NoteOn(METRONOME_CHANNEL, 77, 84)
# Some SoundFonts repeat the stroke for as long as the key is down.
_CLICK_TICKS = 40

Click = NoteOn | NoteOff


@dataclass(frozen=True, slots=True)
class CountIn:
    """Clicks before the music: each at so many ticks before it, and how long it all takes."""

    length_ticks: int
    clicks: tuple[tuple[int, Click], ...]


def clicks(metres: tuple[Metre, ...], start_tick: int, end_tick: int) -> Iterator[tuple[int, Click]]:
    """Strokes and releases of every beat in start_tick <= tick < end_tick, however far past the end of the piece."""
    yield from _strokes(metres, start_tick, end_tick)
    for tick, click in _strokes(metres, start_tick - _CLICK_TICKS, end_tick - _CLICK_TICKS):
        yield tick + _CLICK_TICKS, NoteOff(click.channel, click.pitch)


def count_in(metres: tuple[Metre, ...], from_tick: int, bars: int) -> CountIn:
    """Whole bars of clicks that lead to `from_tick`; a pickup is counted up to its place in the bar."""
    if bars < 1:
        return CountIn(0, ())
    at = metres.index(metre_at(metres, from_tick))
    metre, downbeat_tick = _ruler(metres, at), _first_downbeat(metres, at)
    into_bar_ticks = (from_tick - downbeat_tick) % metre.bar_ticks
    start_tick = from_tick - into_bar_ticks - bars * metre.bar_ticks
    found: list[tuple[int, Click]] = []
    for tick in _beats(metre, downbeat_tick, start_tick, from_tick):
        click = ACCENT if (tick - downbeat_tick) % metre.bar_ticks == 0 else BEAT
        found.append((from_tick - tick, click))
        found.append((from_tick - tick - _CLICK_TICKS, NoteOff(click.channel, click.pitch)))
    return CountIn(from_tick - start_tick, tuple(found))


def _strokes(metres: tuple[Metre, ...], start_tick: int, end_tick: int) -> Iterator[tuple[int, NoteOn]]:
    for i, metre in enumerate(metres):
        last_tick = metres[i + 1].tick if i + 1 < len(metres) else end_tick
        downbeat_tick, ruler = _first_downbeat(metres, i), _ruler(metres, i)
        for tick in _beats(ruler, downbeat_tick, max(start_tick, metre.tick), min(end_tick, last_tick)):
            yield tick, ACCENT if (tick - downbeat_tick) % ruler.bar_ticks == 0 else BEAT


def _ruler(metres: tuple[Metre, ...], index: int) -> Metre:
    """The metre whose bars a musician counts here: in a pickup, those of the metre that follows it."""
    return metres[1] if index == 0 and _has_pickup(metres) else metres[index]


def _first_downbeat(metres: tuple[Metre, ...], index: int) -> int:
    if index == 0 and _has_pickup(metres):
        return metres[1].tick - metres[1].bar_ticks
    return metres[index].tick


def _has_pickup(metres: tuple[Metre, ...]) -> bool:
    return len(metres) > 1 and metres[0].bar_ticks < metres[1].bar_ticks and metres[1].tick == metres[0].bar_ticks


def _beats(metre: Metre, downbeat_tick: int, start_tick: int, end_tick: int) -> range:
    beat_ticks = metre.beat_ticks
    first_tick = downbeat_tick + -(-(start_tick - downbeat_tick) // beat_ticks) * beat_ticks
    return range(first_tick, end_tick, beat_ticks)
