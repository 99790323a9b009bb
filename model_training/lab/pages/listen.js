// One sound at a time; changing the stage while it plays goes on at the same place in the music.
for (const song of document.querySelectorAll(".song")) {
  const rolls = [...song.querySelectorAll(".roll")];
  const tabs = [...song.querySelectorAll(".tabs button")];
  const play = song.querySelector(".play");
  const sound = (i) => rolls[i].querySelector("audio");
  let now = tabs.findIndex((tab) => tab.getAttribute("aria-pressed") === "true");
  let frame = 0;

  const draw = () => {
    const audio = sound(now);
    const share = audio ? Math.min(1, audio.currentTime / Number(rolls[now].dataset.seconds)) : 0;
    rolls[now].querySelector(".head").style.left = 100 * share + "%";
    song.classList.toggle("paused", Boolean(audio) && audio.paused && share > 0 && share < 1);
    if (audio && !audio.paused) frame = requestAnimationFrame(draw);
  };
  const mark = (playing) => {
    song.classList.toggle("playing", playing);
    play.setAttribute("aria-label", playing ? "Pause" : "Play");
    cancelAnimationFrame(frame);
    draw();
  };
  const start = () => {
    for (const other of document.querySelectorAll("audio")) if (other !== sound(now)) other.pause();
    sound(now)?.play();
  };
  const show = (i) => {
    const before = sound(now);
    const going = before && !before.paused;
    const at = before ? before.currentTime : 0;
    before?.pause();
    now = i;
    rolls.forEach((roll, k) => (roll.hidden = k !== i));
    tabs.forEach((tab, k) => tab.setAttribute("aria-pressed", String(k === i)));
    play.disabled = !sound(i);
    if (sound(i)) sound(i).currentTime = at;
    if (going) start();
    mark(Boolean(going && sound(i)));
  };

  tabs.forEach((tab, i) => tab.addEventListener("click", () => show(i)));
  play.addEventListener("click", () => (sound(now).paused ? start() : sound(now).pause()));
  rolls.forEach((roll, i) => {
    const audio = sound(i);
    if (!audio) return;
    audio.controls = false;
    audio.addEventListener("play", () => mark(true));
    audio.addEventListener("pause", () => mark(false));
    audio.addEventListener("ended", () => ((audio.currentTime = 0), mark(false)));
    roll.querySelector(".sheet").addEventListener("click", (event) => {
      const box = event.currentTarget.getBoundingClientRect();
      audio.currentTime = ((event.clientX - box.left) / box.width) * Number(roll.dataset.seconds);
      if (audio.paused) start();
      draw();
    });
  });
}
