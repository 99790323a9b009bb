"use strict";
// One listener's way through the test. Answers are kept in this browser until they are saved as a file.
const kit = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const memory = "tutti-listening-" + kit.kit;
let state = load() || { listener: "", place: 0, answers: {}, best: {}, order: [] };

function load() {
  try { return JSON.parse(localStorage.getItem(memory)); } catch { return null; }
}
function keep() {
  try { localStorage.setItem(memory, JSON.stringify(state)); } catch { /* private windows keep nothing */ }
}
function shuffled(list) {
  const copy = list.slice();
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}
function element(name, text, parent) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}
function radio(name, value, text, parent, checked, chosen) {
  const label = element("label", "", parent);
  const input = element("input", "", label);
  Object.assign(input, { type: "radio", name, value, checked });
  input.addEventListener("change", () => { chosen(value); keep(); });
  label.append(text);
}
function show(section) {
  for (const id of ["welcome", "trial", "end"]) at(id).hidden = id !== section;
  window.scrollTo(0, 0);
}
function trial() {
  const order = state.order[state.place];
  return { spec: kit.trials[order.trial], clips: order.clips.map((i) => kit.trials[order.trial].clips[i]) };
}
function draw() {
  if (state.place >= kit.trials.length) { finish(); return; }
  const { spec, clips } = trial();
  show("trial");
  at("progress").textContent = `Melody ${state.place + 1} of ${kit.trials.length}`;
  at("style").textContent = `Style: ${spec.style}`;
  at("hint").textContent = "";
  at("versions").replaceChildren();
  at("best").replaceChildren(at("best").querySelector("legend"));
  clips.forEach((clip, i) => version(clip, String.fromCharCode(65 + i)));
  clips.forEach((clip, i) => radio("best", clip.id, String.fromCharCode(65 + i), at("best"),
    state.best[spec.id] === clip.id, (value) => { state.best[spec.id] = value; }));
  radio("best", "tie", "No difference", at("best"), state.best[spec.id] === "tie",
    (value) => { state.best[spec.id] = value; });
  at("back").hidden = state.place === 0;
}
function version(clip, letter) {
  const card = element("article", "", at("versions"));
  card.className = "version";
  element("h3", `Version ${letter}`, card);
  const audio = element("audio", "", card);
  Object.assign(audio, { controls: true, preload: "auto", src: clip.sound });
  audio.setAttribute("aria-label", `Version ${letter}`);
  audio.addEventListener("play", () => {
    for (const other of document.querySelectorAll("audio")) if (other !== audio) other.pause();
  });
  const answers = state.answers[clip.id] = state.answers[clip.id] || {};
  for (const [name, text] of Object.entries(kit.questions)) {
    const field = element("fieldset", "", card);
    element("legend", text, field);
    const scale = element("div", "not at all ", field);
    scale.className = "scale";
    for (let points = 1; points <= 5; points++) {
      radio(`${clip.id}-${name}`, String(points), String(points), scale, answers[name] === points,
        (value) => { answers[name] = Number(value); });
    }
    scale.append(" fully");
  }
}
function missing() {
  const { spec, clips } = trial();
  const open = clips.some((clip) => Object.keys(kit.questions).some((name) => !state.answers[clip.id][name]));
  if (open) return "Please rate every version on every line.";
  return state.best[spec.id] ? "" : "Please say which version you would keep, or that you hear no difference.";
}
function csv() {
  const quoted = (text) => `"${String(text).replaceAll('"', '""')}"`;
  const rows = [["kit", "listener", "place", "trial", "position", "clip", "question", "answer"]];
  state.order.forEach((order, place) => {
    const spec = kit.trials[order.trial];
    order.clips.forEach((i, position) => {
      const clip = spec.clips[i].id;
      for (const [name, points] of Object.entries(state.answers[clip] || {})) {
        rows.push([kit.kit, state.listener, place + 1, spec.id, position + 1, clip, name, points]);
      }
    });
    rows.push([kit.kit, state.listener, place + 1, spec.id, "", state.best[spec.id] || "", "best", ""]);
  });
  return rows.map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
}
function finish() {
  show("end");
  const name = (state.listener || "listener").replace(/[^A-Za-z0-9_-]/g, "_");
  at("save").download = `answers-${name}.csv`;
  at("save").href = "data:text/csv;charset=utf-8," + encodeURIComponent(csv());
}
at("begin").addEventListener("click", () => {
  state.listener = at("listener").value.trim() || "listener";
  if (!state.order.length) {
    state.order = shuffled(kit.trials.map((_, i) => i)).map((i) => (
      { trial: i, clips: shuffled(kit.trials[i].clips.map((_, j) => j)) }));
  }
  keep();
  draw();
});
at("next").addEventListener("click", () => {
  const lack = missing();
  if (lack) { at("hint").textContent = lack; return; }
  state.place += 1;
  keep();
  draw();
});
at("back").addEventListener("click", () => { state.place -= 1; keep(); draw(); });
at("listener").value = state.listener;
if (state.order.length) draw();
document.body.dataset.ready = "yes";
