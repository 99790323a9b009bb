"""The window's commands beside files: transport, tracks, notes, views and pages to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from desktop_app.language import SOURCE, mark, spoken, tr
from desktop_app.parts import melody_index
from desktop_app.ui.bottom import MIXER, PIANO
from desktop_app.ui.dialogs import SOUNDFONT_FILTER
from desktop_app.ui.key_filter import is_text_field
from desktop_app.ui.studio import Studio
from music_core.score import Track

if TYPE_CHECKING:
    from desktop_app.ui.main_window import MainWindow

_TWICE_S = 0.6
_ZOOM = 1.3
_ABOUT = "<h2>Tutti</h2><p>{what}</p><p>{licence}</p>"
_WHAT = mark(
    "A desktop studio that puts a band under your tune, with a neural network on your own machine. "
    "No account, no network use."
)
_LICENCE = mark("MIT licence. The type is Inter, under the SIL Open Font License.")


class Handlers:
    """One method a command; `table` maps command ids to them."""

    def __init__(self, window: MainWindow, studio: Studio) -> None:
        self._window = window
        self._studio = studio
        self._session = studio.session
        self._escaped_s = float("-inf")

    def table(self) -> dict[str, Callable[[], object]]:
        """Every command's handler."""
        window, session, files = self._window, self._session, self._window.files
        tools, axis = window.arrangement.tools, window.arrangement.axis
        return {
            "new": files.new,
            "open": files.open,
            "save": files.save,
            "save_as": files.save_as,
            "import_midi": files.import_file,
            "export_midi": files.export_midi,
            "export": window.export.open,
            "quit": window.close,
            "undo": session.undo,
            "redo": session.redo,
            "add_track": self.add_track,
            "delete_track": self.delete_track,
            "learn": self.learn,
            "arrow": lambda: tools.set_pencil(False),
            "pencil": lambda: tools.set_pencil(True),
            "library": lambda: window.library_shown(window.library.isHidden()),
            "generate_panel": lambda: window.generate_panel.setVisible(window.generate_panel.isHidden()),
            "piano": lambda: window.bottom.toggle(PIANO),
            "mixer": lambda: window.bottom.toggle(MIXER),
            "fit": window.arrangement.fit,
            "zoom_in": lambda: axis.set_scale(axis.scale.zoomed(_ZOOM, axis.width_px / 2)),
            "zoom_out": lambda: axis.set_scale(axis.scale.zoomed(1 / _ZOOM, axis.width_px / 2)),
            "play": session.toggle_play,
            "to_start": session.to_start,
            "stop": self.escape,
            "record": session.record,
            "metronome": lambda: session.set_metronome(not session.metronome),
            "mute": lambda: self._flip("muted"),
            "solo": lambda: self._flip("soloed"),
            "typing": lambda: window.typing.set_on(not window.typing.is_on),
            "octave_down": lambda: window.piano.shift_octave(-1),
            "octave_up": lambda: window.piano.shift_octave(1),
            "generate": self.generate,
            "generate_anew": self.generate_anew,
            "redo_track": lambda: window.generate_panel.redo_track(session.selected_track),
            "fill_track": lambda: window.generate_panel.fill_track(session.selected_track),
            "lock_track": lambda: self._flip("locked"),
            "melody_track": self.melody_track,
            "flip": window.generate_panel.takes.flip,
            "story": window.generate_panel.takes.tell_story,
            "card": self.card,
            **window.transport_commands.table(),
            **window.shell.table(),
            "about": lambda: window.questions.show_text(
                tr("About Tutti"), _ABOUT.format(what=tr(_WHAT), licence=tr(_LICENCE)), markdown=False
            ),
        }

    def escape(self) -> None:
        """Out of a text field, stop, out of a job; twice in a row: silence everything."""
        if is_text_field(QApplication.focusWidget()):
            self._window.arrangement.roll.setFocus()
            return
        now_s = self._studio.clock()
        twice = now_s - self._escaped_s < _TWICE_S
        self._escaped_s = now_s
        if not self._session.is_playing:
            self._session.cancel()
            self._window.export.cancel()
        if twice:
            self._window.transport_commands.panic()
        elif self._window.arrangement.notes.selects_something and not self._session.is_playing:
            self._window.arrangement.notes.select_none()
        else:
            self._session.stop()

    def generate(self) -> None:
        """Generate as the panel says, or cancel what is under way."""
        if self._session.is_generating:
            self._session.cancel()
        else:
            self._window.generate_panel.generate()

    def generate_anew(self) -> None:
        """Generate with another seed."""
        self._window.generate_panel.generate_anew()

    def choose_take(self, index: int) -> None:
        """Put a take into the score, if there are so many."""
        if index < len(self._session.takes):
            self._session.choose_take(index)

    def card(self, model_id: str = "") -> None:
        """Show how a model was made."""
        model = self._window.generate_panel.model
        if not model_id and model is None:
            return
        chosen = model_id or (model.id if model else "")
        title = tr(model.title) if model else chosen
        language = "" if spoken().code == SOURCE else f"*{tr('Model cards are written in English.')}*\n\n"
        self._window.questions.show_text(title, language + self._studio.read_card(chosen), markdown=True)

    def show_line(self) -> None:
        """Select the notes of the melody that a model reads: its top line."""
        from music_core.melody import find_melody  # a melody with chords is rare

        score, window = self._session.score, self._window
        index = melody_index(score)
        if index is None or not score.tracks[index].notes:
            return
        read = {(note.start_tick, note.pitch) for note in find_melody(score, index).notes}
        self._session.select_track(index)
        window.arrangement.editor.choose(
            frozenset(note for note in score.tracks[index].notes if (note.start_tick, note.pitch) in read)
        )
        window.messages.tell(tr("Selected: the notes that the model reads."))

    def add_track(self) -> None:
        """An empty track at the end, selected; the first one of a piece is the melody."""
        score = self._session.score
        first = not score.tracks
        track = Track("Melody" if first else f"Track {len(score.tracks) + 1}", role="melody" if first else "other")
        self._session.edit("Add a track", score.with_tracks(*score.tracks, track))
        self._session.select_track(len(score.tracks))

    def delete_track(self) -> None:
        """Without the selected track."""
        score, index = self._session.score, self._session.selected_track
        if index < len(score.tracks):
            kept = (*score.tracks[:index], *score.tracks[index + 1 :])
            self._session.edit("Delete the track", score.with_tracks(*kept))

    def melody_track(self) -> None:
        """Make the selected track the melody."""
        score, index = self._session.score, self._session.selected_track
        if index < len(score.tracks) and score.tracks[index].is_drum:
            self._window.messages.tell(tr("Drums cannot be the melody; choose a track with a tune."))
        elif index < len(score.tracks):
            self._session.set_melody(index)
            self._window.messages.tell(tr("«{track}» is the melody now.", track=score.tracks[index].name))

    def learn(self) -> None:
        """Teach the studio a keyboard's buttons and knobs."""
        from desktop_app.ui.panels.learn import LearnDialog  # not at the top: the window opens sooner without it

        LearnDialog(self._window, self._studio).show()

    def choose_soundfont(self) -> None:
        """Play with a SoundFont from anywhere on the disk."""
        path = self._window.questions.open_file(tr("Choose a SoundFont"), Path.home(), tr(SOUNDFONT_FILTER))
        if path is not None:
            self._studio.soundfonts.choose(path)

    def _flip(self, field: str) -> None:
        index = self._session.selected_track
        if index < len(self._session.score.tracks):
            self._session.change_mix(index, **{field: not getattr(self._session.score.tracks[index], field)})
