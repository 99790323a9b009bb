"""What importing a file tells, in the user's language: how much was read, what was lost, why a file was refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop_app.language import mark, tr, tr_count
from desktop_app.sentences import sentence_of, shown
from music_core.salvage import Loss, Salvaged

# The sentences of `music_core.salvage.LOSSES`.
LOSSES = (
    mark("Track {track} could be read only up to bar {bar}, as {why}."),
    mark("Track {track} ({name}) could be read only up to bar {bar}, as {why}."),
    mark("Tempos and metres could be read only up to bar {bar}, as {why}."),
    mark("The file should have {announced} tracks but holds {count}."),
    mark("Track {track} is missing."),
    mark("Track {track} ({name}) is missing."),
    mark("Track {track}: the notation is damaged in bar {bar}; what could be read of it was kept."),
    mark("Track {track} ({name}): the notation is damaged in bar {bar}; what could be read of it was kept."),
    mark(
        "Track {track}: the notation is damaged in {count} bars, the first of them {bar}; "
        "what could be read of them was kept."
    ),
    mark(
        "Track {track} ({name}): the notation is damaged in {count} bars, the first of them {bar}; "
        "what could be read of them was kept."
    ),
    mark("There is a tempo that makes no sense."),
    mark("There is a time signature that makes no sense."),
    mark("There is a key signature that makes no sense."),
    mark(
        "The file has more than {events} events or {tracks} tracks, which is all Tutti reads, "
        "and the rest was left out."
    ),
    mark("All that lies beyond {hours} hours or {bars} bars was left out."),
    mark("Track {track} changes its instrument later on; the first one is kept."),
    mark("Left out: messages to one kind of instrument (system exclusive; {count})."),
    mark("Left out: key pressures (aftertouch; {count})."),
    mark("Left out: words of lyrics ({count})."),
    mark("Left out: grace notes ({count})."),
    mark("Repeats are not played out: every bar comes once."),
    mark("Only the first {parts} parts were read."),
)
# Those of `music_core.midi_track.DAMAGES`, which fill their gaps.
DAMAGES = (
    mark("it ends too early"),
    mark("it ends in the middle of an event"),
    mark("it has data where an event should begin"),
    mark("it has an event with an impossible value"),
    mark("it has an event that MIDI does not know"),
    mark("it has a number that is too long"),
)
# Why a file is not opened at all; `music_core` says it in English, with the file's name in front.
REFUSALS = (
    mark("{file} is empty; export it again from the program that made it."),
    mark("{file} is not a MIDI file; choose a file that ends in .mid."),
    mark("{file} is neither MIDI nor MusicXML; choose a file that ends in .mid or .musicxml."),
    mark("{file} is cut off after a few bytes; export it again from the program that made it."),
    mark("{file} has a damaged header; export it again from the program that made it."),
    mark("{file} is a MIDI file of type 2; save it as type 1 or 0 and try again."),
    mark("{file} counts time in film frames (SMPTE) rather than beats; export it again in ticks per quarter."),
    mark("{file} is damaged and holds no notes that can be read; export it again."),
    mark("{file} is damaged and holds no notes that can be read; export it again from the program that made it."),
    mark("{file} holds no notes; choose another file."),
    mark("{file} holds no notes; export it again from the program that made it."),
    mark("{file} is larger than 16 MB; choose a shorter piece."),
    mark("{file} is larger than 32 MB; choose a shorter piece."),
    mark("{file} unpacks to more than 32 MB and was not opened."),
    mark("{file} has more in it than Tutti reads; cut it into shorter pieces."),
    mark("{file} has more than 300,000 notes; cut it into shorter pieces."),
    mark("{file} defines XML entities, which music does not need, and was not opened."),
    mark("{file} is not a MusicXML score; choose a file that a notation program exported."),
    mark("{file} is a damaged compressed score; export it again, best as uncompressed MusicXML."),
    mark("{file} is a folder; choose a file in it."),
    mark("{file} does not exist; check the name and the folder."),
    mark("{file} is not a file; choose another one."),
    mark("{file} may not be read; copy it to a folder of your own and try again."),
)


def summary(read: Salvaged, path: Path) -> str:
    """How much of a file was read, in a sentence."""
    file, broken = shown(path), read.faults
    if not broken:
        tracks = len(read.score.tracks)
        return tr_count("{file} is open: {count} track.", "{file} is open: {count} tracks.", tracks, file=file)
    parts = [fault for fault in broken if fault.track]
    if not parts:
        return tr("Imported {file}; its tempos had an error at bar {bar}.", file=file, bar=broken[0].bar)
    values: dict[str, Any] = {
        "sound": read.sound_tracks,
        "tracks": read.tracks,
        "track": parts[0].track,
        "bar": parts[0].bar,
    }
    if len({fault.track for fault in parts}) > 1:
        return tr("Imported {sound} of {tracks} tracks whole; the others had errors.", **values)
    if not parts[0].bar:
        return tr("Imported {sound} of {tracks} tracks; track {track} is missing.", **values)
    return tr("Imported {sound} of {tracks} tracks; track {track} had an error at bar {bar}.", **values)


def told(loss: Loss) -> str:
    """A loss as a sentence."""
    values: dict[str, Any] = {name: tr(str(value)) if value in DAMAGES else value for name, value in loss.values}
    return tr(loss.text, **values)


def refusal(error: Exception, path: Path) -> str:
    """Why nothing could be read of a file, as a sentence."""
    file, english = shown(path), str(error)
    text = f"{{file}}{english.removeprefix(file)}"
    if english.startswith(file) and text in REFUSALS:
        return tr(text, file=file)
    return sentence_of(error, tr("{file} could not be imported", file=file))
