/* The player: what it shows at a moment is the state of each run after the steps so far. */
"use strict";

(function () {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("replay-data").textContent);
  const runs = data.runs.map(prepared);
  const first = Math.min(...runs.map((run) => (run.times.length ? run.times[0] : 0)));
  const last = Math.max(...runs.map((run) => (run.times.length ? run.times[run.times.length - 1] : 0)));
  const JUMPS = {
    refused: "refusal", declined: "decline", gave_up: "person who gave up", pushed_off: "person pushed off",
    full: "full stage", mode: "change of mode", failed: "statement that fails",
  };
  let now = Math.max(first, Math.min(0, last)), playing = false, chosen = "", before = 0;

  /* The mirrored panels, one a run. */
  const panels = runs.map((run, number) => {
    const panel = byId("panel-" + number);
    const part = (name) => panel.querySelector("[data-part=" + name + "]");
    return { run, count: -1, mode: part("mode"), stage: part("stage"), places: part("places"), preparing: part("preparing"), invited: part("invited"),
      queue: part("queue"), viewers: part("viewers"), staff: part("staff"), feed: part("feed"), person: part("person"), strip: part("strip") };
  });
  const other = (number) => (panels.length === 2 ? panels[1 - number] : null);

  function clock(time) {
    const seconds = time < 0 ? Math.ceil(-time / 1000) : Math.floor(time / 1000);
    return (time < 0 ? "-" : "") + String(Math.floor(seconds / 60)).padStart(2, "0") + ":" + String(seconds % 60).padStart(2, "0");
  }

  const base = (code) => code & 7, isAway = (code) => (code & 8) !== 0;

  function chip(run, who, state, twin) {
    const item = document.createElement("li"), button = document.createElement("button");
    const name = run.people[who];
    button.type = "button";
    button.textContent = name + (isAway(state.codes[who]) ? " (away)" : "");
    if (name === chosen) button.className = "chosen";
    if (twin && twin.get(name) !== base(state.codes[who])) {
      button.classList.add("differs");
      button.title = "stands otherwise in the other run";
    }
    button.addEventListener("click", () => choose(name));
    item.append(button);
    return item;
  }

  function fill(list, run, people, state, twin) {
    list.replaceChildren(...people.map((who) => chip(run, who, state, twin)));
    list.parentElement.classList.toggle("nobody", people.length === 0);
  }

  function show(panel, number, states) {
    const { run } = panel, state = states[number], twinPanel = other(number);
    let twin = null;
    if (twinPanel) {
      twin = new Map();
      twinPanel.run.people.forEach((name, who) => twin.set(name, base(states[1 - number].codes[who])));
    }
    const standing = (code) => run.people.map((_, who) => who).filter((who) => base(state.codes[who]) === code);
    panel.mode.textContent = run.name === state.mode ? "" : "Mode: " + state.mode + ". ";
    panel.places.textContent = run.places === null ? String(state.stage.length) : state.stage.length + " of " + run.places;
    panel.places.classList.toggle("full", run.places !== null && state.stage.length >= run.places);
    fill(panel.stage, run, state.stage, state, twin);
    fill(panel.preparing, run, standing(4), state, twin);
    fill(panel.invited, run, standing(3), state, twin);
    fill(panel.queue, run, state.queue, state, twin);
    let viewers = 0, away = 0;
    for (const code of state.codes) { if (base(code) === 1) viewers += 1; if (isAway(code)) away += 1; }
    panel.viewers.textContent = viewers + (away ? ", " + away + " without a connection" : "");
    const staff = [...state.attention].filter(([, what]) => what).map(([who, what]) => run.people[who] + " " + what);
    panel.staff.textContent = staff.join("; ") || "nobody of staff is busy";
    feed(panel);
    person(panel, state);
  }

  function shown(step, run) {
    if (!step.x || step.k === "sees") return false;
    return chosen ? run.people[step.w] === chosen || step.k === "mode" : step.k !== "ask";
  }

  function feed(panel) {
    const { run, count } = panel, rows = [];
    for (let number = count - 1; number >= 0 && rows.length < 9; number -= 1) {
      const step = run.steps[number];
      if (!shown(step, run)) continue;
      const row = document.createElement("li");
      row.className = step.k;
      const when = document.createElement("span"), name = run.people[step.w];
      when.className = "when";
      when.textContent = clock(step.t);
      row.append(when, (name === "system" ? "" : name + ": ") + step.x);
      rows.push(row);
    }
    panel.feed.replaceChildren(...rows);
  }

  function person(panel, state) {
    const who = chosen ? panel.run.people.indexOf(chosen) : -1;
    if (who < 0) { panel.person.textContent = chosen ? chosen + " never comes into this room." : "Choose a person to see their buttons and notices."; return; }
    const words = ["is not in the room", "watches", "has asked", "is invited", "sets up", "is on stage"];
    const lines = [chosen + (panel.run.groups[who] ? " (" + panel.run.groups[who] + ") " : " ") + words[base(state.codes[who])] + (isAway(state.codes[who]) ? ", without a connection" : "") + "."];
    const place = state.queue.indexOf(who);
    if (place >= 0) lines.push("Number " + (place + 1) + " of " + state.queue.length + " in the list of requests.");
    if (state.buttons.has(who)) lines.push(state.buttons.get(who) + ".");
    if (state.notices.has(who)) {
      const step = panel.run.steps[state.notices.get(who)];
      lines.push("Last notice, " + clock(step.t) + ": " + (panel.run.people[step.w] === chosen ? "" : panel.run.people[step.w] + ": ") + (step.x || "") );
    }
    panel.person.textContent = lines.join(" ");
  }

  function render(force) {
    let changed = force;
    for (const panel of panels) {
      const count = stepsBy(panel.run, now);
      if (count !== panel.count) { panel.count = count; changed = true; }
    }
    byId("clock").textContent = clock(now);
    const slider = byId("time");
    slider.value = String(Math.round(now));
    slider.setAttribute("aria-valuetext", clock(now));
    const share = last > first ? (100 * (now - first)) / (last - first) : 0;
    for (const panel of panels) panel.strip.style.setProperty("--at", share + "%");
    if (!changed) return;
    const states = panels.map((panel) => stateAfter(panel.run, panel.count));
    panels.forEach((panel, number) => show(panel, number, states));
  }

  function go(time) {
    now = Math.min(last, Math.max(first, time));
    render(false);
  }

  function choose(name) {
    chosen = name === chosen ? "" : name;
    byId("who").value = chosen;
    render(true);
  }

  function play(on) {
    playing = on;
    byId("play").textContent = on ? "Pause" : "Play";
    byId("play").setAttribute("aria-pressed", String(on));
    before = performance.now();
    if (on) requestAnimationFrame(tick);
  }

  function tick(at) {
    if (!playing) return;
    now = Math.min(last, now + (at - before) * Number(byId("speed").value));
    before = at;
    render(false);
    if (now >= last) play(false); else requestAnimationFrame(tick);
  }

  /* The next or the last step of a sort, in any of the runs; -1 is backwards. */
  function jump(kind, way) {
    let found = null;
    for (const { run } of panels) {
      let full = false;
      for (const step of run.steps) {
        const wasFull = full;
        if (step.s) full = run.places !== null && step.s.length >= run.places;
        const fits = kind === "any" ? shown(step, run) : kind === "full" ? full && !wasFull : step.k === kind && (!chosen || run.people[step.w] === chosen);
        if (!fits) continue;
        if (way > 0 && step.t > now && (found === null || step.t < found)) { found = step.t; break; }
        if (way < 0 && step.t < now && (found === null || step.t > found)) found = step.t;
      }
    }
    play(false);
    if (found === null) byId("said").textContent = "There is no " + (way > 0 ? "later" : "earlier") + " " + (JUMPS[kind] || "event") + ".";
    else { byId("said").textContent = ""; go(found); }
  }

  /* How many are on stage and how many wait, over the whole session; drawn once. */
  function drawStrip(panel) {
    const canvas = panel.strip.querySelector("canvas"), { run } = panel;
    const width = (canvas.width = Math.max(300, canvas.clientWidth * devicePixelRatio)), height = (canvas.height = 44 * devicePixelRatio);
    const pen = canvas.getContext("2d"), style = getComputedStyle(document.documentElement);
    let onStage = 0, waiting = 0, most = 1;
    for (const step of run.steps) { if (step.s) most = Math.max(most, step.s.length); if (step.q) most = Math.max(most, step.q.length); }
    const x = (time) => (width * (time - first)) / Math.max(1, last - first);
    const y = (count) => height - (height * 0.95 * count) / most;
    const stage = new Path2D(), queue = new Path2D();
    stage.moveTo(0, height); queue.moveTo(0, height);
    for (const step of run.steps) {
      if (!step.s && !step.q) continue;
      stage.lineTo(x(step.t), y(onStage)); queue.lineTo(x(step.t), y(waiting));
      if (step.s) onStage = step.s.length;
      if (step.q) waiting = step.q.length;
      stage.lineTo(x(step.t), y(onStage)); queue.lineTo(x(step.t), y(waiting));
    }
    stage.lineTo(x(last), y(onStage)); stage.lineTo(x(last), height);
    pen.fillStyle = style.getPropertyValue("--stage");
    pen.fill(stage);
    pen.strokeStyle = style.getPropertyValue("--queue");
    pen.lineWidth = 1.5 * devicePixelRatio;
    pen.stroke(queue);
  }

  const slider = byId("time");
  slider.min = String(first); slider.max = String(last);
  slider.addEventListener("input", () => { play(false); go(Number(slider.value)); });
  byId("play").addEventListener("click", () => { if (now >= last) now = first; play(!playing); });
  byId("earlier").addEventListener("click", () => jump("any", -1));
  byId("later").addEventListener("click", () => jump("any", 1));
  byId("jump").addEventListener("click", () => jump(byId("sort").value, 1));
  const difference = runs.length === 2 ? firstDifference(runs[0], runs[1]) : null;
  const apart = byId("apart");
  if (runs.length === 2) {
    if (difference === null) { apart.disabled = true; apart.textContent = "The two runs are the same"; }
    apart.addEventListener("click", () => { play(false); go(difference); });
    if (difference !== null) now = Math.max(first, difference);
  }
  const names = byId("names");
  names.append(...[...new Set(runs.flatMap((run) => run.people))].filter((name) => name !== "system").map((name) => {
    const option = document.createElement("option");
    option.value = name;
    return option;
  }));
  byId("who").addEventListener("change", (event) => {
    const name = event.target.value.trim();
    const known = name === "" || runs.some((run) => run.people.includes(name));
    byId("said").textContent = known ? "" : "Nobody is called " + name + ".";
    if (known) { chosen = name; render(true); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input[type=text], input[list], select") || event.altKey || event.ctrlKey || event.metaKey) return;
    const keys = { "n": () => jump("any", 1), "p": () => jump("any", -1), "j": () => jump(byId("sort").value, 1) };
    if (event.key === " " && !event.target.matches("button")) { event.preventDefault(); byId("play").click(); }
    else if (keys[event.key]) keys[event.key]();
  });
  addEventListener("resize", () => panels.forEach(drawStrip));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => panels.forEach(drawStrip));
  panels.forEach(drawStrip);
  render(true);
  window.replay = { go, now: () => now, state: (number) => stateAfter(panels[number].run, stepsBy(panels[number].run, now)), runs };
})();
