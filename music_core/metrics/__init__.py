"""Numbers about a score, each on binarised rolls of sixteenth steps (or on notes' own ticks where it says so).

The first track with the role melody, or else the first pitched track with notes, is the melody; everything
else accompanies it. None of these is a score to push up: what matters is how close a value comes to human
music, with silence and shuffled pitches beside it.

`METRICS` maps names to functions of a Score, `METRIC_FACTS` says what each value means. A metric that has no
meaning for a score (no drums, no accompanying track) is nan there, and `mean_values` leaves it out.
"""

from music_core.metrics.band import (
    drum_hits_a_bar,
    drum_pattern,
    drums_on_eighths,
    empty_bars,
    empty_bars_by_part,
    note_length,
    note_length_histogram,
    notes_a_bar,
    pitch_classes_a_bar,
    polyphonic_rate,
    polyphony,
    qualified_notes,
)
from music_core.metrics.chords import (
    chord_histogram_entropy,
    chord_tonal_distance,
    distinct_chords,
    melody_chord_distance,
    melody_chord_tone_ratio,
    melody_consonance,
)
from music_core.metrics.copies import WINDOW_BARS, Nearest, Passages, copy_figures
from music_core.metrics.features import FEATURES, divergence, feature_vector, overlap_area
from music_core.metrics.four_voice import (
    CHORDS,
    WINDOW_STEPS,
    clash,
    in_key,
    one_note,
    onsets_a_beat,
    short_notes,
    silent,
    strict_chord,
)
from music_core.metrics.likeness import chroma_similarity, groove_similarity, note_f1
from music_core.metrics.segment import Segment, segment_at, segments_at, segments_of
from music_core.metrics.setting import STEPS_A_BEAT, Setting, setting_of
from music_core.metrics.soundness import faults, total_faults
from music_core.metrics.table import (
    METRIC_FACTS,
    METRICS,
    PASSED_BY_SILENCE,
    Facts,
    by_part,
    mean_measures,
    mean_values,
    measure,
    metric_names,
)
from music_core.metrics.takes import jaccard_distance, melody_kept
from music_core.metrics.tonal import chord_fit, in_scale, tonal_centroids, tonal_distance, tonal_distances

__all__ = [
    "CHORDS",
    "FEATURES",
    "METRICS",
    "METRIC_FACTS",
    "PASSED_BY_SILENCE",
    "STEPS_A_BEAT",
    "WINDOW_BARS",
    "WINDOW_STEPS",
    "Facts",
    "Nearest",
    "Passages",
    "Segment",
    "Setting",
    "by_part",
    "chord_fit",
    "chord_histogram_entropy",
    "chord_tonal_distance",
    "chroma_similarity",
    "clash",
    "copy_figures",
    "distinct_chords",
    "divergence",
    "drum_hits_a_bar",
    "drum_pattern",
    "drums_on_eighths",
    "empty_bars",
    "empty_bars_by_part",
    "faults",
    "feature_vector",
    "groove_similarity",
    "in_key",
    "in_scale",
    "jaccard_distance",
    "mean_measures",
    "mean_values",
    "measure",
    "melody_chord_distance",
    "melody_chord_tone_ratio",
    "melody_consonance",
    "melody_kept",
    "metric_names",
    "note_f1",
    "note_length",
    "note_length_histogram",
    "notes_a_bar",
    "one_note",
    "onsets_a_beat",
    "overlap_area",
    "pitch_classes_a_bar",
    "polyphonic_rate",
    "polyphony",
    "qualified_notes",
    "segment_at",
    "segments_at",
    "segments_of",
    "setting_of",
    "short_notes",
    "silent",
    "strict_chord",
    "tonal_centroids",
    "tonal_distance",
    "tonal_distances",
    "total_faults",
]
