"""The centre: track strips beside their lanes, and below them the piano roll, all on one time axis."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSplitter, QWidget

from desktop_app.events import LiveNote, ScoreChanged, SelectionChanged, TransportChanged
from desktop_app.language import tr
from desktop_app.note_edits import bars
from desktop_app.note_edits.bars import BarRange
from desktop_app.note_edits.edited import is_generated
from desktop_app.ui.chord_lane import places as chord_lane
from desktop_app.ui.chord_lane.view import ChordLaneView
from desktop_app.ui.held_notes import HeldNotes
from desktop_app.ui.painted_in_turns import PaintedInTurns
from desktop_app.ui.panels.roll_panel import RollPanel
from desktop_app.ui.panels.tracks import TrackStrips
from desktop_app.ui.piano_roll import ruler
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.commands import NoteCommands, Playhead
from desktop_app.ui.piano_roll.content import ScoreContent, looks_same
from desktop_app.ui.piano_roll.coords import first_tick
from desktop_app.ui.piano_roll.editing import NoteEditor
from desktop_app.ui.piano_roll.heard import HeardNotes
from desktop_app.ui.piano_roll.lanes import LANE_HEIGHT, LANES_SHOWN, LanesView
from desktop_app.ui.piano_roll.range_selection import RangeSelection
from desktop_app.ui.piano_roll.ruler import Ruler
from desktop_app.ui.piano_roll.take_preview import TakePreview
from desktop_app.ui.piano_roll.view import place_of
from desktop_app.ui.studio import Studio
from desktop_app.ui.theme import Theme
from music_core.harmony.chord import Chord
from music_core.score import Note

_LANES_KEPT = 3  # before the roll has to make do with less
_SCROLL_UNITS = 100_000
_ABOVE_LANES = chord_lane.HEIGHT + ruler.HEIGHT


class Arrangement(QWidget):
    """Shows the session's score and hands edits, seeks and selections back to it."""

    hint = Signal(str)

    def __init__(self, studio: Studio, held: HeldNotes, theme: Theme) -> None:
        super().__init__()
        self._session = studio.session
        self._held = held
        self.content = ScoreContent()
        self.heard, self._heard_drums = HeardNotes(self.content), HeardNotes(self.content, drums=True)
        self.axis = TimeAxis(self)
        self.editor = NoteEditor(self.axis, self.content, self._session.edit)
        self.strips = TrackStrips(self._session, theme)
        self._audition = studio.outlets.audition
        self.chords = ChordLaneView(self.axis, theme, self._session.edit, self._hear_chord)
        self.ruler = Ruler(self.axis, theme)
        self.bars = RangeSelection(self)
        self.lanes = LanesView(self.axis, self.content, self.bars, theme)
        self.roll_panel = RollPanel(self.axis, self.content, self.editor, self.bars, theme)
        self.roll, self.keys, self.tools = self.roll_panel.roll, self.roll_panel.keys, self.roll_panel.tools
        self.scroll_bar = self.roll_panel.scroll_bar
        self.notes = self._note_commands()
        self._preview = TakePreview(self._session.position_tick)
        self._lay_out()
        self._connect()
        studio.events.subscribe(ScoreChanged, self._show_score)
        studio.events.subscribe(SelectionChanged, lambda event: self._select(event.track))
        studio.events.subscribe(TransportChanged, lambda _event: self._show_transport())
        studio.events.subscribe(LiveNote, self._hear)

    def show_position(self, tick: float, *, follow: bool) -> None:
        """Move the playhead."""
        self.axis.set_playhead(max(0.0, tick), follow=follow)
        if self._session.is_recording:
            self.roll.show_take(self._preview.notes())

    def count_octaves(self) -> None:
        """Name notes as the settings say."""
        middle = self._session.settings.middle_octave
        if middle != self.content.middle_octave:
            self.content.middle_octave = middle
            self.keys.count_octaves(middle)
            self.roll.redraw()
            self.roll_panel.list.take_over()

    def show_sounding(self, sounding: dict[int, str]) -> None:
        """Light the roll's own keys, or its drums."""
        if self.content.shows_drums and self._session.is_playing:
            sounding = self._heard_drums.at(self.axis.playhead_tick)
        self.keys.light(sounding)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        kept = _ABOVE_LANES + LANE_HEIGHT * _LANES_KEPT + self.splitter.handleWidth()
        self.roll_panel.make_do_with(event.size().height() - kept)

    def _lay_out(self) -> None:
        upper = QWidget()
        grid = _grid(upper)
        grid.addWidget(_corner(tr("Chords"), chord_lane.HEIGHT), 0, 0)
        grid.addWidget(self.chords, 0, 1)
        grid.addWidget(_corner(tr("Tracks"), ruler.HEIGHT), 1, 0)
        grid.addWidget(self.ruler, 1, 1)
        grid.addWidget(self.strips, 2, 0)
        grid.addWidget(self.lanes, 2, 1)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setHandleWidth(3)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(upper)
        self._in_turns = PaintedInTurns(upper, self.lanes, self.roll_panel, self.roll)
        self.splitter.addWidget(self.roll_panel)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([_ABOVE_LANES + LANE_HEIGHT * LANES_SHOWN, 400])
        outer = _grid(self)
        outer.addWidget(self.splitter, 0, 0)
        outer.setColumnStretch(0, 1)

    def _note_commands(self) -> NoteCommands:
        session = self._session
        playhead = Playhead(session.position_tick, lambda: session.is_playing, session.seek)
        return NoteCommands(
            self.editor, self.axis, self.content, self.bars, session.edit, playhead, lambda text: self.hint.emit(text)
        )

    def _connect(self) -> None:
        session = self._session
        self.bars.changed.connect(self._choose_bars)
        self.roll.own_key = self.notes.own_key
        self.roll_panel.list.hint.connect(self.hint)
        self.roll_panel.velocities.drawn.connect(self.notes.set_velocities)
        self.tools.scale_shown.connect(self.roll.show_scale)
        self.ruler.seek_asked.connect(session.seek)
        self.ruler.loop_asked.connect(session.set_loop)
        self.ruler.punch_asked.connect(session.set_punch)
        self.lanes.seek_asked.connect(session.seek)
        self.lanes.track_clicked.connect(session.select_track)
        self.lanes.scrolled.connect(self.strips.scroll_by)
        self.strips.scrolled.connect(self.lanes.set_top)
        self.strips.lane_height_changed.connect(self.lanes.set_lane_height)
        self.strips.audition_asked.connect(lambda program, drums: self._audition.hear(program, is_drum=drums))
        self.strips.audition_ended.connect(self._audition.stop)
        self.editor.note_struck.connect(lambda pitch, velocity: self._strike(pitch, velocity))
        self.editor.note_let_go.connect(lambda: self._held.release("roll"))
        self.keys.key_pressed.connect(lambda pitch, velocity: self._strike(pitch, velocity))
        self.keys.key_released.connect(lambda: self._held.release("roll"))
        self.roll.hovered.connect(self._describe)
        self.chords.hint.connect(self.hint)
        self.tools.fit_asked.connect(self.fit)
        self.axis.changed.connect(self._show_scroll)
        self.scroll_bar.valueChanged.connect(self._scroll_to)

    def fit(self) -> None:
        """Show the whole piece, in time and pitch."""
        self.axis.fit()
        self.roll.centre()

    def _show_score(self, event: ScoreChanged) -> None:
        loaded = event.cause == "load"
        grew = len(event.score.tracks) != len(self.content.score.tracks)
        anew = loaded or not looks_same(self.content.score, event.score)
        if loaded:
            self.axis.fit_next_score()
        if loaded or grew:
            self._in_turns.hold()
        self.content.show(event.score)
        self.content.selected = self._session.selected_track
        self.strips.show_score(event.score, self.content.selected)
        self.editor.forget()
        self.axis.show_score(event.score)
        self.chords.show_score(event.score)
        if grew:
            self.bars.choose(None)
            self._give_room(len(event.score.tracks))
            self.strips.fit()
        if anew:
            self.lanes.redraw()
            self.roll_panel.show_track(centre=grew or loaded)

    def _give_room(self, tracks: int) -> None:
        """The lanes take what they need, up to five of them; the roll takes the rest."""
        wanted = _ABOVE_LANES + LANE_HEIGHT * max(1, min(LANES_SHOWN, tracks))
        total = sum(self.splitter.sizes())
        if total:
            self.splitter.setSizes([wanted, max(140, total - wanted)])

    def _select(self, track: int) -> None:
        self.content.selected = track
        self.editor.forget()
        self.strips.show_score(self.content.score, track)
        self.strips.bring_into_view(track)
        self.lanes.redraw()
        self.roll_panel.show_track(centre=True)

    def _hear(self, event: LiveNote) -> None:
        if self._session.is_recording:
            self._preview.hear(event.message)

    def _hear_chord(self, chord: Chord | None) -> None:
        if chord is None:
            self._audition.stop()
        else:
            self._audition.hear_chord(chord)

    def _show_transport(self) -> None:
        if not self._session.is_recording:
            self._preview.clear()
            self.roll.show_take(())
        self.axis.set_loop(self._session.loop)
        self.ruler.set_punch(self._session.punch)
        self.show_position(self._session.position_tick(), follow=False)

    def _show_scroll(self) -> None:
        page = self.axis.width_px / self.axis.scale.pixels_per_tick
        first, length = self._scroll_range()
        unit = _SCROLL_UNITS / length
        self.scroll_bar.blockSignals(True)
        self.scroll_bar.setRange(0, max(0, round((length - page) * unit)))
        self.scroll_bar.setPageStep(max(1, round(page * unit)))
        self.scroll_bar.setSingleStep(max(1, round(page * unit / 10)))
        self.scroll_bar.setValue(round((self.axis.scale.left_tick - first) * unit))
        self.scroll_bar.blockSignals(False)

    def _scroll_to(self, value: int) -> None:
        first, length = self._scroll_range()
        self.axis.set_scale(self.axis.scale.starting_at(first + value * length / _SCROLL_UNITS))

    def _scroll_range(self) -> tuple[float, float]:
        """First tick, and length in ticks, of all that can be scrolled to."""
        page = self.axis.width_px / self.axis.scale.pixels_per_tick
        first = first_tick(self.axis.scale.pixels_per_tick)
        return first, max(self.axis.scroll_end_tick, self.axis.scale.left_tick + page) - first

    def _strike(self, pitch: int, velocity: int) -> None:
        self._held.release("roll")
        self._held.press("roll", pitch, velocity)

    def _describe(self, note: Note | None) -> None:
        track = self.content.track
        if note is None or track is None:
            self.hint.emit("")
            return
        told = place_of(note, self.content)
        self.hint.emit(tr("{note}, written by the model", note=told) if is_generated(track, note) else told)

    def _choose_bars(self, area: BarRange | None) -> None:
        """The selected bars' notes of the selected track are what is selected in the roll."""
        if area is not None and self.content.selected in area.tracks:
            self.editor.choose(frozenset(bars.notes_of(self.content.score, area, self.content.selected)))


def _corner(text: str, height: int) -> QLabel:
    """What a strip of the centre is, in the column of the track strips."""
    corner = QLabel(text)
    corner.setObjectName("section")
    corner.setIndent(14)
    corner.setFixedHeight(height)
    return corner


def _grid(widget: QWidget) -> QGridLayout:
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(0)
    return grid
