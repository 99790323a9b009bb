"""The transport's own commands: loop, punch, tap, count-in, silence, and the Sound check page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_app.events import ScoreChanged, TransportChanged
from desktop_app.language import tr
from desktop_app.ui.studio import OutputChanged
from music_core.score import bar_lines

if TYPE_CHECKING:
    from desktop_app.ui.actions import Actions
    from desktop_app.ui.main_window import MainWindow
    from desktop_app.ui.panels.transport import TransportPanel
    from desktop_app.ui.studio import Studio
    from desktop_app.ui.theme import Theme
    from desktop_app.ui.transport.sound_check import SoundCheckPage

Span = tuple[int, int]


class TransportCommands:
    """Its commands are a part of the window's table. It remembers loop and punch while they are switched off."""

    def __init__(self, window: MainWindow, studio: Studio, theme: Theme) -> None:
        self._window = window
        self._studio = studio
        self._session = studio.session
        self._theme = theme
        self._loop: Span | None = None
        self._punch: Span | None = None
        self._page: SoundCheckPage | None = None
        self._output = ""
        studio.events.subscribe(OutputChanged, self._keep_output)
        studio.events.subscribe(ScoreChanged, self._forget)
        studio.events.subscribe(TransportChanged, lambda _event: self._remember())

    def table(self) -> dict[str, Callable[[], object]]:
        """The handlers of its commands."""
        return {
            "loop": self.loop,
            "punch": self.punch,
            "tap": lambda: self._window.transport.tap.tap(),
            "count_in": lambda: self._session.set_count_in(0 if self._session.count_in else 1),
            "panic": self.panic,
            "sound_check": self.sound_check,
        }

    def connect_panel(self, panel: TransportPanel) -> None:
        """Obey the buttons."""
        panel.loop_asked.connect(self.loop)
        panel.punch_asked.connect(self.punch)
        panel.panic_asked.connect(self.panic)
        panel.sound_check_asked.connect(self.sound_check)

    def check(self, actions: Actions) -> None:
        """Show in the menu what is on."""
        session = self._session
        actions.check("loop", session.loop is not None)
        actions.check("punch", session.punch is not None)
        actions.check("metronome", session.metronome)
        actions.check("count_in", session.count_in > 0)

    def loop(self) -> None:
        """Loop the bars of the selected notes, else what was looped before, else the piece; or end the loop."""
        session = self._session
        session.set_loop(None if session.loop is not None else self._chosen_bars() or self._loop or self._whole())
        self._window.transport.refresh()

    def punch(self) -> None:
        """Record only within the selected notes' bars, else where it was before, else the loop, else this bar."""
        session = self._session
        wanted = self._chosen_bars() or self._punch or session.loop or self._bar_here()
        session.set_punch(None if session.punch is not None else wanted)
        self._window.transport.refresh()

    def panic(self) -> None:
        """Silence everything, whatever it is."""
        self._window.held.release_all()
        self._session.panic()
        self._window.piano.forget_held()
        self._window.messages.tell(tr("Everything is silent."))

    def sound_check(self) -> None:
        """Open the page, or bring it to the front."""
        if self._page is None:
            # Not at the top: the window opens sooner without it.
            from desktop_app.ui.transport.sound_check import SoundCheckPage

            self._page = SoundCheckPage(self._window, self._studio, self._theme, self._output)
        self._page.open_page()

    def _chosen_bars(self) -> Span | None:
        chosen = self._window.arrangement.editor.chosen
        if not chosen:
            return None
        start, end = min(note.start_tick for note in chosen), max(note.end_tick for note in chosen)
        lines = bar_lines(self._session.score.metres, max(end, 1))
        return max(line for line in lines if line <= start), lines[-1]

    def _whole(self) -> Span:
        score = self._session.score
        return 0, bar_lines(score.metres, max(score.end_tick, 1))[-1]

    def _bar_here(self) -> Span:
        tick = max(0, int(self._session.position_tick()))
        lines = bar_lines(self._session.score.metres, tick + 1)
        return max(line for line in lines if line <= tick), lines[-1]

    def _remember(self) -> None:
        self._loop = self._session.loop or self._loop
        self._punch = self._session.punch or self._punch

    def _keep_output(self, event: OutputChanged) -> None:
        self._output = event.sentence

    def _forget(self, event: ScoreChanged) -> None:
        if event.cause == "load":
            self._loop = self._punch = None
