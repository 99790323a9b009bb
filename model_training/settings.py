"""The [model] table of the improved U-Net GAN. It needs no torch, so configs are read without it."""

from __future__ import annotations

from dataclasses import dataclass

# Settings of [model] that say how a network is played or where it came from, not what it is or learns: its faces may
# differ in them.
OF_PLAYING = (
    "habit", "varied", "riffs", "paired", "energy", "bass_first", "fills", "heard", "rests", "levels",
    "legato", "emphasis", "begin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnetGanSettings:
    """What the improved U-Net GAN can be told beyond the three main settings."""

    width: int = 32  # channels of the first layer; twice the width is four times the work
    key_spread: int = 1  # semitones around C major or A minor in which it learns; more needs longer training
    noise: int = 64  # noise values a bar; more can tell more settings apart
    critic_learning_rate: float = 1e-3  # higher gives the critic more say sooner; below 3e-4 it says nothing
    rise_steps: int = 200  # steps in which the learning rates rise to their full size
    betas: tuple[float, float] = (0.5, 0.9)  # memory of Adam; a higher first value is smoother and slower to turn
    warmup_epochs: int = 10  # epochs before the critic has a say; the writer learns the style from examples first
    adversarial_weight: float = 0.05  # the critic's say; higher gives more life and more wrong notes
    kl_weight: float = 2.0  # how near the encoder's noise must stay to the noise drawn at generation
    free_nats: float = 6.0  # divergence a bar that costs nothing; without it the writer learns to ignore the noise
    onset_weight: float = 1.0  # weight of "struck or held"; higher gives cleaner rhythm, less care for pitch
    penalty_weight: float = 10.0  # gradient penalty of the critic (WGAN-GP's lambda); lower lets it run wild
    weight_decay: float = 1e-3  # pull of the weights to zero; higher learns less by heart and less at all
    ema_decay: float = 0.999  # of the exported weights' moving average; higher is smoother and lags more


@dataclass(frozen=True, slots=True)
class MuseSettings:
    """What MuseGAN can be told beyond the three main settings. With "melody" among the tracks it is written too."""

    width: int = 64  # channels at the finest level; twice the width is four times the work
    noise: int = 32  # values of each of the four noises; more can tell more phrases apart
    critic_learning_rate: float = 5e-4  # higher gives the critic more say sooner
    rise_steps: int = 100  # steps in which the learning rates rise to their full size
    betas: tuple[float, float] = (0.5, 0.9)  # memory of Adam; a higher first value is smoother and slower to turn
    warmup_epochs: int = 20  # epochs before the critic has a say; the writer learns the style from examples first
    adversarial_weight: float = 0.2  # the critic's say; higher gives more life and more wrong notes
    density_weight: float = 1.0  # how near the fullness of written bars must stay to that of real ones
    kl_weight: float = 0.5  # how near the encoder's noise must stay to the noise drawn at generation
    kl_epochs: int = 4  # epochs in which that weight rises; too few and the writer learns to ignore the noise
    fullness: float = 0.0  # log-odds added to cells when they are read; higher plays more of the doubtful notes
    slope: float = 3.0  # steepness of the cells' yes or no for the critic at the end; it starts at 1
    penalty_weight: float = 10.0  # gradient penalty of the critic (WGAN-GP's lambda); lower lets it run wild
    weight_decay: float = 1e-3  # pull of the weights to zero; higher learns less by heart and less at all
    ema_decay: float = 0.998  # of the exported weights' moving average; higher is smoother and lags more


@dataclass(frozen=True, slots=True)
class ReferenceSettings:
    """What the reference's U-Net GAN can be told beyond the three main settings; the defaults are the reference's."""

    iterations: int = 0  # length of the run in iterations (the reference: 1000); 0 goes by epochs
    width: int = 64  # channels of the first layer; twice the width is four times the work
    noise: int = 512  # noise channels at the bottleneck; more leaves less to the melody
    betas: tuple[float, float] = (0.5, 0.9)  # memory of both Adams; a higher first value is smoother and slower to turn
    penalty_weight: float = 10.0  # gradient penalty of the critic (WGAN-GP's lambda); lower lets it run wild
    transpose: bool = False  # move windows to other keys; true learns more keys and each of them more slowly
    every_role: bool = False  # only windows in which every track sounds; true gives fewer and fuller windows
    plain: bool = False  # compute as the formulas are written; true is for comparing only, and much slower


@dataclass(frozen=True, slots=True)
class ArrangerSettings:
    """What the arranger can be told beyond the main settings.

    A part names the roles that may fill it, the first that a song has and no part before took: "strings|winds";
    "keys:lowest" is the bass line of the keys, "keys:rest" what is left.
    """

    parts: tuple[str, ...] = ("bass|keys:lowest", "keys|guitar", "strings|winds")
    drums: bool = True  # whether it writes drums too
    genres: tuple[str, ...] = ("pop",)  # those it tells apart, "rock|punk" as one; songs of others are left out
    weights: tuple[float, ...] = ()  # how often each genre is drawn; empty draws all windows alike
    full_songs: float = 1.0  # how much likelier than others a window of a song with every part is drawn
    held: bool = False  # every part is one voice that never rests: each note lasts until its next one
    wishes: int = 5  # how many of a part's wishes it learns: busy, thick, high, syncopated, long
    lines: bool = False  # show it the pitches of each note's neighbours in its part; basses walk better
    intervals: bool = False  # with lines, let it weigh the intervals to them; parts leap less
    bass_turns: float = 0.0  # share of lessons in pitch that are the bass's alone, before the others: for bass_first
    bass_first: bool = False  # draw the bass's pitches first, from the chord's bass up: nearer to it, less of a line
    fills: float = 0.0  # share of phrases' ends at which the drums fill, others return; 0 makes every phrase's end new
    heard: tuple[float, ...] = ()  # share of a passage's bars each part is heard in, to lend wishes; empty lends all
    rests: bool = False  # parts rest by sections, as in a song that lends who plays when; false has all play throughout
    levels: tuple[float, ...] = ()  # nats by which drum hits of four levels, soft to hard, are likelier than it learned
    legato: tuple[float, ...] = ()  # nats for each doubling of the length of a part's notes; empty moves none
    emphasis: tuple[float, ...] = ()  # how much beyond its genre rhythm, pitches and lengths are drawn; higher is more
    habit: tuple[float, ...] = ()  # share of each part's bars that return, the drums last; empty measures it
    varied: tuple[float, ...] = ()  # share of the quarters of those bars that are new, the drums last; empty for none
    riffs: tuple[float, ...] = ()  # how far a part's bars that return have one rhythm, 0 to 1; empty lets each differ
    paired: tuple[float, ...] = ()  # share of takes in which riffs last two bars, the drums last; empty for none
    energy: float = 0.5  # where the Energy slider begins, 0..1: the middle plays as much as the training songs
    begin: str = ""  # a run's folder, whose network this one begins with: less to learn; empty knows nothing yet
    drum_takes: str = ""  # a folder that holds groove-drums-ccby, for more and livelier drums; empty does without
    half_weights: bool = True  # keep the exported weights in 16 bits: half the file, a rounding in the fourth digit
    harmoniser: str = "harmoniser"  # id of the bundle that finds the chords where nobody gave them
    width: int = 192  # of the encoder; twice the width is four times the work
    slot: int = 128  # of a sixteenth's embedding; more tells finer rhythms apart
    layers: int = 6  # of the encoder; more sees farther connections and takes longer
    heads: int = 6  # of attention, a divisor of the width
    dropout: float = 0.1  # share of the network that is left out in a step; higher learns less by heart
    key_spread: int = 2  # semitones around C major or A minor in which it learns; more needs longer training
    rise_steps: int = 300  # steps in which the learning rate rises to its full size
    weight_decay: float = 0.02  # pull of the weights to zero; higher learns less by heart and less at all
    ema_decay: float = 0.999  # of the exported weights' moving average; higher is smoother and lags more
