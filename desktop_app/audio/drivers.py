"""Which sound outputs to try on a system, in which order. Pure, but for a look at what is there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop_app.language import tr

NO_DRIVER = "none"
PERIODS_FRAMES = (64, 128, 256, 512, 1024, 2048)
"""Buffer sizes to choose from, in frames of one period; smaller answers sooner, larger forgives a busy computer."""

# A system's own names for its outputs, best first, and what people call them.
_ORDER = {
    "linux": ("pipewire", "pulseaudio", "alsa"),
    "win32": ("wasapi", "dsound", "waveout"),
    "darwin": ("coreaudio",),
}
# Never tried unasked: PortAudio's first device is no better, but among its others are those of WDM/KS, the quickest.
_BY_CHOICE = {"win32": ("portaudio",)}
_TITLES = {
    "jack": "JACK",
    "pipewire": "PipeWire",
    "pulseaudio": "Pulse",
    "alsa": "ALSA",
    "wasapi": "WASAPI",
    "dsound": "DirectSound",
    "waveout": "WaveOut",
    "portaudio": "PortAudio (WDM/KS, ASIO)",
    "coreaudio": "CoreAudio",
}


@dataclass(frozen=True, slots=True)
class OutputChoice:
    """A wanted sound output: "" and 0 leave driver, device and buffer to the system."""

    driver: str = ""
    device: str = ""
    period_frames: int = 0
    periods: int = 0


# These render one period ahead, the others fill a whole buffer of periods.
_ONE_PERIOD = ("pipewire", "pulseaudio", "coreaudio")


def driver_order(system: str, *, jack_runs: bool, chosen: str = "") -> tuple[str, ...]:
    """Drivers to try for a `sys.platform`; the chosen one comes first and the others stand in for it.

    JACK is tried only where its server runs: asked without one it would try to start it, for seconds.
    """
    usual = _ORDER.get(system, _ORDER["linux"])
    order = ("jack", *usual) if jack_runs else usual
    if not chosen or chosen not in _TITLES or (chosen == "jack" and not jack_runs):
        return order
    return (chosen, *(driver for driver in order if driver != chosen))


def known_drivers(system: str, *, jack_runs: bool, built_in: tuple[str, ...]) -> tuple[str, ...]:
    """Drivers that people can choose from on a system, best first: those the library has and that could run."""
    offered = (*driver_order(system, jack_runs=jack_runs), *_BY_CHOICE.get(system, ()))
    return tuple(driver for driver in offered if driver in built_in)


def title(driver: str) -> str:
    """A driver's name for people."""
    return _TITLES.get(driver, driver)


def can_be_tried(driver: str, devices: Path = Path("/dev/snd")) -> bool:
    """False where trying is sure to fail, and would print to the terminal: ALSA without any output device."""
    return driver != "alsa" or any(devices.glob("pcm*p"))


def silent_sentence(tried: tuple[str, ...]) -> str:
    """What to say when no output could be opened."""
    names = ", ".join(title(driver) for driver in tried)
    return tr("No sound output could be opened (tried {outputs}). You can still write and export.", outputs=names)


def latency_s(driver: str, sample_rate: int, period_frames: int, periods: int, burst_s: float) -> float:
    """Seconds from rendering to the output's end of the buffer, for a driver set or measured to be so."""
    if driver == "jack":  # the period is the server's, known only from how the synth's clock jumps
        return 2 * burst_s
    return period_frames * (1 if driver in _ONE_PERIOD else periods) / sample_rate
