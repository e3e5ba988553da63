/* How a run stood at a moment: steps folded one after the other, from the last kept state before it. */
"use strict";

const KEEP_EVERY = 200;

/* A code is a standing, 0 for somebody who is gone, and 8 more for somebody without a connection. */
const standingOf = (code) => code & 7, isAway = (code) => (code & 8) !== 0, isThere = (code) => code !== 0 && !isAway(code);

function emptyState(run) {
  return { codes: new Uint8Array(run.people.length), queue: [], stage: [], mode: run.mode, attention: new Map(), buttons: new Map(), atPerson: new Map() };
}

function copyOf(state) {
  return { codes: state.codes.slice(), queue: state.queue, stage: state.stage, mode: state.mode, attention: new Map(state.attention),
    buttons: new Map(state.buttons), atPerson: new Map(state.atPerson) };
}

/* A list after a change: somebody more at its end, somebody less, or another list. */
function changedList(list, change) {
  if (Array.isArray(change)) return change;
  return change > 0 ? [...list, change - 1] : list.filter((who) => who !== -change - 1);
}

function applyStep(state, step) {
  if (step.p) state.codes[step.p[0]] = step.p[1];
  if (step.q !== undefined) state.queue = changedList(state.queue, step.q);
  if (step.s !== undefined) state.stage = changedList(state.stage, step.s);
  if (step.m) state.mode = step.m;
  if (step.a) state.attention.set(step.a[0], step.a[1]);
  if ("b" in step) state.buttons.set(step.w, step.b);
  if ("o" in step) state.atPerson.set(step.w, step.o);
}

/* Keeps a state every KEEP_EVERY steps, so that going to any moment costs no more than so many; and counts the stage and
   the list where they change. */
function prepared(run) {
  const state = emptyState(run);
  run.kept = [];
  run.times = run.steps.map((step) => step.t);
  run.steps.forEach((step, number) => {
    if (number % KEEP_EVERY === 0) run.kept.push(copyOf(state));
    applyStep(state, step);
    if (step.s !== undefined) step.onStage = state.stage.length;
    if (step.q !== undefined) step.waiting = state.queue.length;
  });
  return run;
}

/* How many steps have happened by a time. */
function stepsBy(run, time) {
  let low = 0, high = run.times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run.times[middle] <= time) low = middle + 1; else high = middle;
  }
  return low;
}

function stateAfter(run, count) {
  const from = Math.min(Math.floor(count / KEEP_EVERY), run.kept.length - 1);
  const state = run.kept.length ? copyOf(run.kept[from]) : emptyState(run);
  for (let number = Math.max(0, from) * KEEP_EVERY; number < count; number += 1) applyStep(state, run.steps[number]);
  return state;
}

/* The last steps, the newest first, of which somebody was told, by name or with everybody who was there. */
function noticesOf(run, count, who, most) {
  const found = [];
  for (let number = count - 1; number >= 0 && found.length < most; number -= 1) {
    const { n: told } = run.steps[number];
    if (told === "all" ? isThere(stateAfter(run, number + 1).codes[who]) : told !== undefined && told.includes(who)) found.push(run.steps[number]);
  }
  return found;
}

/* What is told of a step in words, by whom it is about; the same in two runs where the same happens. Buttons do not
   count: they differ from the start where the modes do. */
const isTold = (step) => "x" in step && step.k !== "sees";
const NOTES = new Set(["note", "gave_up"]);
const sameAs = (run, step) => step.t + "|" + run.people[step.w] + "|" + run.texts[step.x];

/* What is compared of a run with another one: what people wish and staff attend to only where both tell of it, and
   what only explains never. */
function comparedSteps(run, other) {
  return run.steps.filter((step) => isTold(step) && step.k !== "explains" && ((run.notes && other.notes) || !NOTES.has(step.k)));
}

/* The time of the first thing that happens in one of two runs and not in the other; null where nothing does. */
function firstDifference(one, other) {
  const mine = comparedSteps(one, other), yours = comparedSteps(other, one);
  for (let number = 0; number < Math.max(mine.length, yours.length); number += 1) {
    const a = mine[number], b = yours[number];
    if (!a || !b || sameAs(one, a) !== sameAs(other, b)) return Math.min(a ? a.t : Infinity, b ? b.t : Infinity);
  }
  return null;
}

if (typeof module !== "undefined") module.exports = { prepared, stateAfter, stepsBy, firstDifference, noticesOf };
