/* The player: what it shows at a moment is the state of each run after the steps so far. Several may be on a page; one that
   is folded reads its data when it is unfolded. */
"use strict";

const MOST_NAMES = 120, MOST_ROWS = 9, MOST_TOLD = 6, MOST_NOTICES = 3, ARROW_MS = 5000;
const WORDS = ["is not in the room", "watches", "has asked", "is invited", "sets up", "is on stage"];

function clock(time) {
  const seconds = time < 0 ? Math.ceil(-time / 1000) : Math.floor(time / 1000);
  return (time < 0 ? "-" : "") + String(Math.floor(seconds / 60)).padStart(2, "0") + ":" + String(seconds % 60).padStart(2, "0");
}

/* The moment and the person of a link such as #t=12:34 or #t=12:34.5&who=phone-54; null where it is none. */
function linked(hash) {
  const given = new URLSearchParams(hash.slice(1)), found = /^(-?)(\d+):(\d\d(?:\.\d+)?)$/.exec(given.get("t") || "");
  if (!found) return null;
  return { at: Math.round((found[1] ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 1000), who: given.get("who") || "" };
}

function element(kind, text, sort) {
  const made = document.createElement(kind);
  if (text !== undefined) made.textContent = text;
  if (sort) made.className = sort;
  return made;
}

function startPlayer(root, number) {
  const part = (name, within) => (within || root).querySelector("[data-part=" + name + "]");
  const controls = {};
  for (const each of root.querySelectorAll(".controls [data-part]")) controls[each.dataset.part] = each;
  const sources = [...root.querySelectorAll("script.run")], runs = sources.map(() => null);
  const runOf = (place) => runs[place] || (runs[place] = prepared(JSON.parse(sources[place].textContent)));
  const panels = [...root.querySelectorAll(".panel")].map((panel, place) => {
    const found = { run: runOf(place), count: -1, alone: null, section: panel };
    for (const each of panel.querySelectorAll("[data-part]")) found[each.dataset.part + "Part"] = each;
    return found;
  });
  let first = 0, last = 0, now = 0, playing = false, chosen = "", before = 0, difference = null, most = 1;

  const isGroup = (run, name) => name !== "" && run.groups.includes(name) && !run.people.includes(name);
  const isMeant = (run, who) => chosen === "" || run.people[who] === chosen || (isGroup(run, chosen) && run.groups[who] === chosen);
  const concerns = (run, step) => isMeant(run, step.w) || (step.y !== undefined && isMeant(run, step.y));
  const textOf = (run, place) => (place === null || place === undefined ? "" : run.texts[place]);

  /* What belongs to the runs that are shown: the clock's ends, where they part, what each has alone. */
  function pair() {
    const times = panels.flatMap(({ run }) => (run.times.length ? [run.times[0], run.times[run.times.length - 1]] : [0]));
    first = Math.min(...times); last = Math.max(...times);
    controls.time.min = String(first); controls.time.max = String(last);
    difference = null;
    if (panels.length === 2) {
      const [one, other] = panels.map(({ run }) => run);
      difference = firstDifference(one, other);
      controls.apart.disabled = difference === null;
      controls.apart.textContent = difference === null ? "The two runs are the same" : "First difference";
      panels.forEach((panel, place) => {
        const twin = panels[1 - place].run;
        const theirs = new Set(comparedSteps(twin, panel.run).map((step) => sameAs(twin, step)));
        panel.alone = new Set(comparedSteps(panel.run, twin).filter((step) => !theirs.has(sameAs(panel.run, step))));
        const places = new Map(twin.people.map((name, who) => [name, who]));
        panel.twins = panel.run.people.map((name) => (places.has(name) ? places.get(name) : -1));
      });
    }
    const names = root.querySelector("datalist");
    names.id = "names-" + number;
    controls.who.setAttribute("list", names.id);
    const known = new Set(panels.flatMap(({ run }) => [...run.groups.filter(Boolean), ...run.people.filter((name) => name !== "system")]));
    names.replaceChildren(...[...known].map((name) => { const option = element("option"); option.value = name; return option; }));
    most = 1;
    for (const { run } of panels) for (const step of run.steps) most = Math.max(most, step.onStage || 0, step.waiting || 0);
    panels.forEach((panel) => { panel.count = -1; drawStrip(panel); });
  }

  function chip(panel, who, state, twin) {
    const { run } = panel, item = element("li"), name = run.people[who], button = element("button", name + (isAway(state.codes[who]) ? " (away)" : ""));
    button.type = "button";
    button.dataset.who = name;
    if (name === chosen) button.className = "chosen"; else if (!isMeant(run, who)) button.className = "others";
    if (twin) {
      const there = panel.twins[who] < 0 ? 0 : twin.codes[panel.twins[who]];
      if (standingOf(there) !== standingOf(state.codes[who])) {
        button.classList.add("differs");
        button.title = "in the other run: " + WORDS[standingOf(there)];
      }
    }
    button.addEventListener("click", () => choose(name === chosen ? "" : name));
    item.append(button);
    return item;
  }

  function fill(list, panel, people, state, twin) {
    const shown = people.slice(0, MOST_NAMES).map((who) => chip(panel, who, state, twin));
    if (people.length > MOST_NAMES) shown.push(element("li", "and " + (people.length - MOST_NAMES) + " more"));
    list.replaceChildren(...shown);
  }

  function show(panel, state, twin) {
    const { run } = panel, byStanding = [[], [], [], [], [], []];
    const held = panel.section.contains(document.activeElement) ? document.activeElement.dataset.who : undefined;
    let away = 0;
    state.codes.forEach((code, who) => { byStanding[standingOf(code)].push(who); if (isAway(code)) away += 1; });
    panel.modePart.textContent = run.mode === state.mode && run.name.startsWith(state.mode) ? "" : "Mode: " + state.mode;
    panel.placesPart.textContent = run.places === null ? String(state.stage.length) : state.stage.length + " of " + run.places;
    panel.placesPart.classList.toggle("full", run.places !== null && state.stage.length >= run.places);
    fill(panel.stagePart, panel, state.stage, state, twin);
    fill(panel.preparingPart, panel, byStanding[4], state, twin);
    fill(panel.invitedPart, panel, byStanding[3], state, twin);
    fill(panel.queuePart, panel, state.queue, state, twin);
    panel.watchingPart.textContent = byStanding[1].length + (away ? "; without a connection: " + away : "");
    if (panel.viewersPart.parentElement.open) fill(panel.viewersPart, panel, byStanding[1], state, twin);
    const busy = [...state.attention].filter(([, what]) => textOf(run, what));
    panel.staffPart.replaceChildren(...busy.map(([who, what]) => element("li", run.people[who] + " " + textOf(run, what))));
    if (!busy.length) panel.staffPart.append(element("li", "nobody of staff is busy"));
    feed(panel);
    person(panel, state);
    if (held !== undefined) hold(panel, held);
  }

  /* Whoever has the focus keeps it, in whichever list they are now. */
  function hold(panel, name) {
    const again = [...panel.section.querySelectorAll("[data-who]")].find((button) => button.dataset.who === name);
    (again || root).focus({ preventScroll: true });
  }

  function isShown(step, run) {
    if (!isTold(step)) return false;
    return chosen ? concerns(run, step) || step.k === "mode" : step.k !== "ask";
  }

  function feed(panel) {
    const { run, count } = panel, rows = [];
    for (let place = count - 1; place >= 0 && rows.length < MOST_ROWS; place -= 1) {
      const step = run.steps[place];
      if (!isShown(step, run)) continue;
      const row = element("li", undefined, step.k), name = run.people[step.w], what = element("span", (name === "system" ? "" : name + ": ") + run.texts[step.x], "what");
      if (panel.alone && panel.alone.has(step)) { what.classList.add("alone"); what.title = "not in the other run"; }
      row.append(element("span", clock(step.t), "when"), what);
      const told = step.n === undefined ? "" : step.n === "all" ? "everybody" : step.n.slice(0, MOST_TOLD).map((who) => run.people[who]).join(", ") + (step.n.length > MOST_TOLD ? " and " + (step.n.length - MOST_TOLD) + " more" : "");
      if (told) row.append(element("span", told, "told"));
      rows.push(row);
    }
    panel.feedPart.replaceChildren(...rows);
  }

  function person(panel, state) {
    const { run } = panel, who = chosen ? run.people.indexOf(chosen) : -1, lines = [];
    if (isGroup(run, chosen)) {
      const counts = WORDS.map((words, code) => [words, run.people.filter((_, each) => run.groups[each] === chosen && standingOf(state.codes[each]) === code).length]);
      lines.push("The group " + chosen + ": " + counts.filter(([, count]) => count).map(([words, count]) => count + " " + words.replace(/^is |^has /, "")).join(", ") + ".");
    } else if (who < 0 && chosen) lines.push(chosen + " never comes into this room.");
    else if (who >= 0) {
      const code = state.codes[who], place = state.queue.indexOf(who);
      lines.push(chosen + (run.groups[who] ? " (" + run.groups[who] + ") " : " ") + WORDS[standingOf(code)] + (isAway(code) ? ", without a connection" : "") + "." + (place >= 0 ? " Number " + (place + 1) + " of " + state.queue.length + " in the list of requests." : ""));
      if (state.buttons.has(who)) lines.push(textOf(run, state.buttons.get(who)) + ".");
      const offered = textOf(run, state.atPerson.get(who));
      if (offered) lines.push("A moderator sees here: " + offered + ".");
      const said = (step) => clock(step.t) + " " + (step.w === who || step.w === 0 ? "" : run.people[step.w] + ": ") + textOf(run, step.x).replace(/^Presses \[[^\]]*\]: /, "");
      const notices = noticesOf(run, panel.count, who, MOST_NOTICES);
      if (notices.length) lines.push("Last notices: " + notices.map(said).join(" · "));
    }
    panel.personPart.replaceChildren(...lines.map((line) => element("p", line)));
    if (who >= 0 && document.querySelector(".stories")) {
      const link = element("a", "The story of " + chosen);
      link.href = "#story=" + encodeURIComponent(chosen);
      panel.personPart.append(link);
    }
  }

  function render(force) {
    let changed = force;
    for (const panel of panels) {
      const count = stepsBy(panel.run, now);
      if (count !== panel.count) { panel.count = count; changed = true; }
    }
    controls.clock.textContent = clock(now);
    controls.time.value = String(Math.round(now));
    controls.time.setAttribute("aria-valuetext", clock(now));
    const share = last > first ? (100 * (now - first)) / (last - first) : 0;
    for (const panel of panels) panel.stripPart.style.setProperty("--at", share + "%");
    if (!changed) return;
    controls.link.href = "#t=" + clock(now) + (chosen ? "&who=" + encodeURIComponent(chosen) : "");
    const states = panels.map((panel) => stateAfter(panel.run, panel.count));
    panels.forEach((panel, place) => show(panel, states[place], states.length === 2 ? states[1 - place] : null));
  }

  function go(time) {
    now = Math.min(last, Math.max(first, time));
    render(false);
  }

  function choose(name) {
    chosen = name;
    controls.who.value = name;
    render(true);
  }

  function play(on) {
    playing = on;
    controls.play.textContent = on ? "Pause" : "Play";
    controls.play.setAttribute("aria-pressed", String(on));
    before = performance.now();
    if (on) requestAnimationFrame(tick);
  }

  function tick(at) {
    if (!playing) return;
    now = Math.min(last, now + Math.max(0, at - before) * Number(controls.speed.value));
    before = at;
    render(false);
    if (now >= last) play(false); else requestAnimationFrame(tick);
  }

  /* The next step of a sort in any of the runs, or the last one before now where `way` is -1. */
  function jump(sort, way) {
    let found = null;
    for (const { run, alone } of panels) {
      let full = false;
      for (const step of run.steps) {
        const wasFull = full;
        if (step.onStage !== undefined) full = run.places !== null && step.onStage >= run.places;
        const fits = sort === "any" ? isShown(step, run) : sort === "apart" ? alone.has(step) && concerns(run, step) : sort === "full" ? full && !wasFull : step.k === sort && (concerns(run, step) || sort === "mode" || sort === "failed");
        if (!fits) continue;
        if (way > 0 && step.t > now && (found === null || step.t < found)) { found = step.t; break; }
        if (way < 0 && step.t < now && (found === null || step.t > found)) found = step.t;
      }
    }
    play(false);
    const name = sort === "any" ? "event" : controls.sort.selectedOptions[0].textContent;
    if (found !== null) go(found);
    say(found === null ? "There is no " + (way > 0 ? "later " : "earlier ") + name + "." : happened(found), found !== null);
  }

  /* A message, for all to see or, where the page shows it anyhow, for screen readers alone. */
  function say(what, quietly) {
    controls.said.textContent = what;
    controls.said.classList.toggle("quiet", quietly);
  }

  /* What happened right at a time, in each run that is shown. */
  function happened(time) {
    const lines = panels.map(({ run, feedPart }) => {
      const row = feedPart.firstElementChild;
      const what = row && row.querySelector(".when").textContent === clock(time) ? row.querySelector(".what").textContent : "";
      return what && panels.length === 2 ? run.name + ": " + what : what;
    });
    return [clock(time), ...lines.filter(Boolean)].join(" ");
  }

  /* How many are on stage and how many wait, over the whole session, both runs to one scale, with a stroke for what failed and for where the runs
     part; drawn once. */
  function drawStrip(panel) {
    const canvas = panel.stripPart.querySelector("canvas"), { run } = panel;
    const width = (canvas.width = Math.max(300, canvas.clientWidth * devicePixelRatio)), height = (canvas.height = 44 * devicePixelRatio);
    const pen = canvas.getContext("2d"), style = getComputedStyle(root);
    let onStage = 0, waiting = 0;
    const x = (time) => (width * (time - first)) / Math.max(1, last - first);
    const y = (count) => height - (height * 0.95 * count) / most;
    const stage = new Path2D(), queue = new Path2D();
    stage.moveTo(0, height); queue.moveTo(0, height);
    for (const step of run.steps) {
      if (step.onStage === undefined && step.waiting === undefined) continue;
      stage.lineTo(x(step.t), y(onStage)); queue.lineTo(x(step.t), y(waiting));
      if (step.onStage !== undefined) onStage = step.onStage;
      if (step.waiting !== undefined) waiting = step.waiting;
      stage.lineTo(x(step.t), y(onStage)); queue.lineTo(x(step.t), y(waiting));
    }
    stage.lineTo(x(last), y(onStage)); stage.lineTo(x(last), height);
    pen.fillStyle = style.getPropertyValue("--stage");
    pen.fill(stage);
    pen.strokeStyle = style.getPropertyValue("--queue");
    pen.lineWidth = 1.5 * devicePixelRatio;
    pen.stroke(queue);
    pen.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    const marked = run.steps.filter((step) => step.k === "failed").map((step) => step.t);
    for (const time of difference === null ? marked : [...marked, difference]) {
      pen.beginPath(); pen.moveTo(x(time), 0); pen.lineTo(x(time), height); pen.stroke();
    }
  }

  function follow(link) {
    play(false);
    if (link.who && panels.some(({ run }) => run.people.includes(link.who) || isGroup(run, link.who))) choose(link.who);
    go(link.at);
  }

  controls.time.addEventListener("input", () => { play(false); go(Number(controls.time.value)); });
  controls.play.addEventListener("click", () => { if (now >= last) now = first; play(!playing); });
  controls.earlier.addEventListener("click", () => jump("any", -1));
  controls.later.addEventListener("click", () => jump("any", 1));
  controls.jump.addEventListener("click", () => jump(controls.sort.value, 1));
  controls.back.addEventListener("click", () => jump(controls.sort.value, -1));
  if (controls.apart) controls.apart.addEventListener("click", () => { play(false); go(difference); });
  controls.who.addEventListener("change", () => {
    const name = controls.who.value.trim();
    const known = name === "" || panels.some(({ run }) => run.people.includes(name) || isGroup(run, name));
    say(known ? "" : "Nobody is called " + name + ".", known);
    if (known) choose(name);
  });
  for (const panel of panels) {
    if (panel.runPart) panel.runPart.addEventListener("change", () => {
      panel.run = runOf(Number(panel.runPart.value));
      panel.section.setAttribute("aria-label", panel.run.name);
      pair(); go(now); render(true);
    });
    panel.viewersPart.parentElement.addEventListener("toggle", () => render(true));
  }
  /* Keys of one letter are the player's alone while it has the focus: whoever speaks to the page would press them by accident. */
  root.addEventListener("keydown", (event) => {
    if (event.target.matches("input[type=text], select") || event.altKey || event.ctrlKey || event.metaKey) return;
    const keys = { n: () => jump("any", 1), p: () => jump("any", -1), j: () => jump(controls.sort.value, 1), k: () => jump(controls.sort.value, -1) };
    if (event.key === " " && !event.target.matches("button, summary, a")) { event.preventDefault(); controls.play.click(); }
    else if (keys[event.key]) keys[event.key]();
  });
  controls.time.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (way) { event.preventDefault(); play(false); go(now + way * ARROW_MS); }
  });
  root.tabIndex = -1;
  addEventListener("resize", () => panels.forEach(drawStrip));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => panels.forEach(drawStrip));
  root.classList.add("started");
  pair();
  go("at" in root.dataset ? Number(root.dataset.at) : difference !== null ? difference : 0);
  render(true);
  return { go, follow, now: () => now, runs: () => panels.map(({ run }) => run), state: (place) => stateAfter(panels[place].run, stepsBy(panels[place].run, now)) };
}

(function () {
  const roots = [...document.querySelectorAll(".player")], started = new Map();
  const start = (root) => {
    if (!started.has(root)) started.set(root, startPlayer(root, roots.indexOf(root)));
    return started.get(root);
  };
  const foldOf = (root) => root.parentElement.closest("details");
  function followLink() {
    const link = linked(location.hash);
    if (!link || !roots.length) return;
    for (let at = roots[0].parentElement; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    start(roots[0]).follow(link);
    roots[0].focus({ preventScroll: true });
    roots[0].scrollIntoView({ block: "start" });
  }
  for (const root of roots) {
    const fold = foldOf(root);
    if (!fold || fold.open) start(root);
    else fold.addEventListener("toggle", () => { if (fold.open) start(root); });
  }
  addEventListener("beforeprint", () => roots.forEach(start));
  addEventListener("hashchange", followLink);
  followLink();
  window.players = roots.map((root) => ({ root, start: () => start(root) }));
})();
