// A whole engine in JavaScript, written from docs/protocol.md alone: an example for whoever writes one.
//
//     stagesim conform -- node examples/engine_in_javascript/engine.js
//
// It needs Node 17 or newer, and nothing else. Inside, times are whole milliseconds.
"use strict";

// Words.

const MODES = ["everyone_on_stage", "join_by_request", "invite_only"];
const ROLES = ["participant", "moderator", "host"];
const CLIENTS = ["desktop", "mobile"];

// The fields that each action needs, and those that it takes beside them.
const TAKES = {
  enter_room: [["by", "role"], ["connection"]],
  leave_room: [["by"], ["connection"]],
  disconnect: [["by"], ["connection"]],
  reconnect: [["by"], ["connection"]],
  ask_to_join: [["by"], []],
  cancel_request: [["by"], []],
  join_stage: [["by"], []],
  go_live: [["by"], []],
  cancel_join: [["by"], []],
  decline_invitation: [["by"], []],
  leave_stage: [["by"], []],
  bring_to_stage: [["by", "to"], ["request"]],
  decline_request: [["by", "to"], ["request"]],
  invite: [["by", "to"], []],
  revoke_invitation: [["by", "to"], []],
  remove_from_stage: [["by", "to"], []],
  clear_requests: [["by"], []],
  set_mode: [["by", "mode"], []],
  change_role: [["by", "to", "role"], []],
  speak: [["by"], []],
  start_session: [[], []],
  end_session: [[], []],
};
const ON_OTHERS = ["bring_to_stage", "decline_request", "invite", "revoke_invitation", "remove_from_stage"];
const STAFF_ONLY = [...ON_OTHERS, "clear_requests", "set_mode", "change_role"];
const RETURNING = ["reconnect", "leave_room", "enter_room"];
const BEFORE = [...RETURNING, "disconnect", "start_session"];
const NEVER_OFFERED = [...BEFORE, "speak", "end_session"];
const ROOM_FIELDS = [
  ...["mode", "stage_capacity", "when_full", "request_ttl", "invitation_ttl", "request_cooldown"],
  ...["request_limit", "reconnect_grace"],
];
const COMMAND_FIELDS = ["at", "do", "by", "to", "client", "mode", "role", "request", "id", "connection"];
const LINE_FIELDS = [...COMMAND_FIELDS, "room", "told", "ask", "of"];

// The tables: why not, or YES. A row has the standings in this order.

const STANDINGS = ["viewer", "requested", "invited", "preparing/self", "preparing/invitation", "on_stage"];
const YES = null;
const BUSY = ["already_invited", "already_preparing", "already_preparing", "already_on_stage"];
const INVITED_JOIN = [YES, "already_preparing", "already_preparing", "already_on_stage"];
const NO_INVITATION = "no_open_invitation";
const INVITATIONS = [NO_INVITATION, NO_INVITATION, YES, NO_INVITATION, YES, NO_INVITATION];
const REQUESTS = ["no_open_request", YES, ...Array(4).fill("no_open_request")];
const ON_STAGE = [...Array(5).fill("not_on_stage"), YES];
const PREPARING = [...Array(3).fill("not_preparing"), YES, YES, "already_on_stage"];

const OWN = {
  ask_to_join: {
    everyone_on_stage: ["request_not_needed", "request_not_needed", ...BUSY],
    join_by_request: [YES, "already_requested", ...BUSY],
    invite_only: ["requests_closed", "requests_closed", ...BUSY],
  },
  join_stage: {
    everyone_on_stage: [YES, YES, ...INVITED_JOIN],
    join_by_request: ["approval_needed", "approval_pending", ...INVITED_JOIN],
    invite_only: ["invitation_needed", "invitation_needed", ...INVITED_JOIN],
  },
  cancel_request: REQUESTS,
  go_live: PREPARING,
  cancel_join: PREPARING,
  decline_invitation: INVITATIONS,
  leave_stage: ON_STAGE,
  speak: ON_STAGE,
};
const STAFF = { ask_to_join: ["request_not_needed"], join_stage: [YES] }; // as viewers, in every mode
const OTHERS = {
  bring_to_stage: REQUESTS,
  decline_request: REQUESTS,
  invite: [YES, YES, ...BUSY],
  revoke_invitation: INVITATIONS,
  remove_from_stage: ON_STAGE,
};

const reasonIn = (row, person) => row[STANDINGS.indexOf(person.at)];
const isStaff = (person) => person.role !== "participant";

// What is wrong with a line: the words are free, but name the field.

class Fault extends Error {}

function fault(field, words) {
  throw new Fault(`\`${field}\`: ${words}`);
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const strip = (line) => Object.fromEntries(Object.entries(line).filter(([, value]) => value !== null));

function only(line, known) {
  for (const field of Object.keys(line)) if (!known.includes(field)) fault(field, "is not taken here");
}

function needed(line, field) {
  return field in line ? line[field] : fault(field, "is missing");
}

function text(value, field) {
  if (typeof value !== "string" || value === "") fault(field, "is no text");
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value)) fault(field, "has half a sign");
  return value;
}

function word(value, field, words) {
  return words.includes(value) ? value : fault(field, `is none of ${words.join(", ")}`);
}

function whole(value, field, least) {
  return Number.isInteger(value) && value >= least && value <= 1e12 ? value : fault(field, "is no whole number in range");
}

function milliseconds(value, field) {
  if (typeof value !== "number" || !(value >= 0 && value <= 1e12)) fault(field, "is no time");
  const time = Math.round(value * 1000);
  return time / 1000 === value ? time : fault(field, "has more than three decimals");
}

function limitOf(value) {
  if (!isObject(value)) fault("request_limit", "is no object");
  only(value, ["count", "window"]);
  return { count: whole(needed(value, "count"), "count", 0), window: milliseconds(needed(value, "window"), "window") };
}

// The order of code points, which is not that of JavaScript's own strings.
function byCodes(one, other) {
  const [a, b] = [one, other].map((each) => Array.from(each, (sign) => sign.codePointAt(0)));
  const place = a.findIndex((code, i) => code !== b[i]);
  return place < 0 ? a.length - b.length : a[place] - (b[place] ?? -1);
}

// Everything that is so in one room, and all that can happen in it.
class Room {
  constructor(given, told) {
    only(given, ROOM_FIELDS);
    const said = strip(given);
    const time = (field) => (field in said ? milliseconds(said[field], field) : null);
    this.mode = word(needed(said, "mode"), "mode", MODES);
    this.capacity = "stage_capacity" in said ? whole(said.stage_capacity, "stage_capacity", 1) : Infinity;
    this.whenFull = "when_full" in said ? word(said.when_full, "when_full", ["reject", "replace_quietest"]) : null;
    this.requestTtl = time("request_ttl");
    this.invitationTtl = time("invitation_ttl");
    this.cooldown = time("request_cooldown");
    this.limit = "request_limit" in said ? limitOf(said.request_limit) : null;
    this.grace = time("reconnect_grace") ?? 0;
    this.told = told;
    this.now = 0;
    this.seq = 0;
    this.phase = "before";
    this.people = new Map(); // by name, also those who are gone
    this.requests = {};
    this.invitations = {};
    this.counts = { r: 0, i: 0 };
    this.queue = [];
    this.setups = [];
    this.stage = [];
    this.answers = new Map(); // the first answer to each id
    this.events = [];
  }

  // Events, one by one.

  emit(event, who, by, fields = {}, told = []) {
    const made = { seq: ++this.seq, at: this.now / 1000, event, who, by, ...fields };
    if (this.told) made.told = [...new Set(told)].sort(byCodes);
    this.events.push(made);
    return made;
  }

  present() {
    return [...this.people.values()].filter((person) => person.presence === "present");
  }

  staff() {
    return this.present().filter(isStaff).map((person) => person.name);
  }

  openRequest(person) {
    const id = `r${++this.counts.r}`;
    const { seq } = this.emit("request_created", person.name, person.name, { request: id }, this.staff());
    this.requests[id] = { id, seq, who: person.name, made: this.now, outcome: null, by: null };
    Object.assign(person, { request: id, at: "requested" });
    person.asks.push(this.now);
    this.queue.push(person.name);
  }

  closeRequest(person, by, outcome) {
    const request = this.requests[person.request];
    Object.assign(request, { outcome, by });
    if (outcome === "declined") person.declined = this.now;
    this.queue = this.queue.filter((name) => name !== person.name);
    Object.assign(person, { request: null, at: "viewer" });
    this.emit("request_closed", person.name, by, { request: request.id, outcome }, [person.name, ...this.staff()]);
  }

  openInvitation(person, by, request) {
    const id = `i${++this.counts.i}`;
    const fields = { invitation: id, origin: request ? "request" : "direct", request };
    const { seq } = this.emit("invitation_created", person.name, by, fields, [person.name, by]);
    const deadline = this.invitationTtl === null ? Infinity : this.now + this.invitationTtl;
    this.invitations[id] = { id, seq, by, deadline };
    Object.assign(person, { invitation: id, at: "invited" });
  }

  closeInvitation(person, by, outcome) {
    const invitation = this.invitations[person.invitation];
    person.invitation = null;
    if (person.at === "invited") person.at = "viewer";
    const fields = { invitation: invitation.id, outcome };
    this.emit("invitation_closed", person.name, by, fields, [person.name, invitation.by]);
  }

  startSetup(person) {
    const via = person.invitation ? "invitation" : "self";
    person.at = `preparing/${via}`;
    this.setups.push(person.name);
    this.emit("setup_started", person.name, person.name, { via }, [person.name]);
  }

  cancelSetup(person, by, cause) {
    this.setups = this.setups.filter((name) => name !== person.name);
    person.at = person.invitation ? "invited" : "viewer";
    this.emit("setup_cancelled", person.name, by, { cause });
  }

  goLive(person) {
    const via = person.at.split("/")[1];
    if (person.invitation) this.closeInvitation(person, person.name, "accepted");
    if (this.stage.length >= this.capacity) this.endStay(this.quietest(), person.name, "capacity");
    this.setups = this.setups.filter((name) => name !== person.name);
    Object.assign(person, { at: "on_stage", live: this.now, heard: this.now });
    this.stage.push(person.name);
    this.emit("stage_joined", person.name, person.name, { via });
  }

  endStay(person, by, cause) {
    this.stage = this.stage.filter((name) => name !== person.name);
    person.at = "viewer";
    if (["moderator", "capacity"].includes(cause)) this.emit("stage_removed", person.name, by, { cause }, [person.name]);
    else this.emit("stage_left", person.name, by, { cause });
  }

  endEverything(person, by, why) {
    const prepares = person.at.startsWith("preparing");
    if (person.request) this.closeRequest(person, by, why);
    if (person.invitation) this.closeInvitation(person, by, why);
    if (prepares) this.cancelSetup(person, by, why);
    if (person.at === "on_stage") this.endStay(person, by, why);
  }

  leave(person, by, cause) {
    this.endEverything(person, by, "left_room");
    Object.assign(person, { presence: "gone", open: new Set() });
    this.emit("left_room", person.name, by, { cause });
  }

  // Time.

  // What ends by itself, in order: when, the number of the event that began it, and how it ends.
  dues() {
    const found = [];
    for (const person of this.people.values()) {
      const request = this.requests[person.request];
      const invitation = this.invitations[person.invitation];
      if (request && this.requestTtl !== null)
        found.push([request.made + this.requestTtl, request.seq, () => this.closeRequest(person, "system", "expired")]);
      if (person.at === "invited" && invitation.deadline < Infinity)
        found.push([invitation.deadline, invitation.seq, () => this.closeInvitation(person, "system", "expired")]);
      if (person.presence === "away")
        found.push([person.awaySince + this.grace, person.awaySeq, () => this.leave(person, "system", "grace_over")]);
    }
    return found.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  }

  carryOut(until) {
    this.events = [];
    for (let next; (next = this.dues()[0]) && next[0] <= until; ) {
      this.now = next[0];
      next[2]();
    }
    this.now = until;
    return this.events;
  }

  time(value) {
    const at = milliseconds(value, "at");
    if (at < this.now) fault("at", "runs backwards");
    return at;
  }

  // A full stage.

  quietest() {
    const found = this.stage.map((name) => this.people.get(name)).filter((person) => !isStaff(person));
    const order = (one, other) => one.heard - other.heard || one.live - other.live || byCodes(one.name, other.name);
    return found.sort(order)[0];
  }

  isFull() {
    if (this.stage.length < this.capacity) return false;
    const usual = this.mode === "everyone_on_stage" ? "replace_quietest" : "reject";
    return (this.whenFull ?? usual) === "reject" || !this.quietest();
  }

  // The first check that fails: a reason, or an object that has one; null where the command is accepted.

  judge(command) {
    const { do: action, by } = command;
    if (this.phase === "before" && !BEFORE.includes(action)) return "session_not_live";
    if (this.phase === "ended" && !["leave_room", "disconnect"].includes(action)) return "session_not_live";
    if (action === "start_session") return this.phase === "live" ? "already_live" : null;
    if (action === "end_session") return null;
    const person = this.people.get(by);
    if (!person) return action === "enter_room" ? null : "unknown_actor";
    if (person.presence === "gone" && action !== "enter_room") return "actor_not_present";
    if (person.presence === "away" && !RETURNING.includes(action)) return "actor_not_present";
    switch (action) {
      case "enter_room":
        if (person.presence === "away") return command.connection === undefined ? "already_in_room" : null;
        return person.open.has(command.connection ?? "main") ? "already_in_room" : null;
      case "reconnect":
        return person.presence === "present" ? "not_away" : null;
      case "leave_room":
      case "disconnect":
        return command.connection === undefined || person.open.has(command.connection) ? null : "unknown_connection";
    }
    if (STAFF_ONLY.includes(action) && !isStaff(person)) return "not_staff";
    if (action === "set_mode") return command.client === "mobile" ? "not_on_mobile" : null;
    if (action === "clear_requests") return null;
    return command.to === undefined ? this.judgeOwn(command, person) : this.judgeOther(command, person);
  }

  judgeOther(command, person) {
    const { do: action, to } = command;
    if (to === person.name) return "own_target";
    const target = this.people.get(to);
    if (!target || target.presence === "gone") return "unknown_target";
    const isAbove = target.role === "host" && person.role === "moderator";
    if (["remove_from_stage", "change_role"].includes(action) && isAbove) return "target_is_host";
    if (action === "change_role") return command.role === "host" ? "invalid_role" : null;
    if (command.request !== undefined) {
      const request = this.requests[command.request];
      if (!request || request.who !== to) return "no_open_request";
      const { outcome, by } = request;
      if (outcome) return { reason: "request_already_resolved", outcome, resolved_by: by };
    }
    return reasonIn(OTHERS[action], target);
  }

  judgeOwn(command, person) {
    const { do: action, at } = command;
    const table = isStaff(person) && person.at === "viewer" && action in STAFF ? STAFF : OWN;
    const row = Array.isArray(table[action]) ? table[action] : table[action][this.mode];
    const reason = reasonIn(row, person);
    if (reason) return reason;
    if (action === "go_live" && this.isFull()) return "stage_full";
    if (action !== "ask_to_join") return null;
    const wait = this.cooldown === null || person.declined === null ? 0 : person.declined + this.cooldown - at;
    if (wait > 0) return { reason: "cooling_down", seconds_left: wait / 1000 };
    const recent = this.limit ? person.asks.filter((asked) => asked > at - this.limit.window) : [];
    return this.limit && recent.length >= this.limit.count ? "too_many_requests" : null;
  }

  // An accepted command.

  act(command) {
    const { do: action, by, connection } = command;
    const person = this.people.get(by);
    const target = this.people.get(command.to);
    const carried = connection === undefined ? {} : { connection };
    switch (action) {
      case "start_session":
        this.phase = "live";
        return this.emit("session_started", "system", "system");
      case "end_session":
        for (const each of [...this.people.values()].sort((one, other) => one.entered - other.entered))
          this.endEverything(each, "system", "session_ended");
        this.phase = "ended";
        return this.emit("session_ended", "system", "system");
      case "enter_room":
        return this.enter(command, person, carried);
      case "reconnect":
        Object.assign(person, { presence: "present", open: new Set([connection ?? "main"]) });
        return this.emit("reconnected", by, by, carried);
      case "leave_room":
      case "disconnect":
        if (connection !== undefined && person.open.size > 1) {
          person.open.delete(connection);
          return this.emit("connection_closed", by, by, { connection });
        }
        if (action === "leave_room") return this.leave(person, by, "explicit");
        if (this.grace === 0) return this.leave(person, by, "disconnect");
        Object.assign(person, { presence: "away", open: new Set(), awaySince: this.now });
        return (person.awaySeq = this.emit("disconnected", by, by).seq);
      case "ask_to_join":
        return this.openRequest(person);
      case "cancel_request":
        return this.closeRequest(person, by, "cancelled");
      case "join_stage":
        return this.startSetup(person);
      case "go_live":
        return this.goLive(person);
      case "cancel_join":
        this.cancelSetup(person, by, "backed_out");
        if (person.invitation && this.invitations[person.invitation].deadline <= this.now)
          this.closeInvitation(person, "system", "expired");
        return;
      case "decline_invitation":
        return this.endInvitation(person, by, "declined");
      case "revoke_invitation":
        return this.endInvitation(target, by, "revoked");
      case "leave_stage":
        return this.endStay(person, by, "left");
      case "remove_from_stage":
        return this.endStay(target, by, "moderator");
      case "decline_request":
        return this.closeRequest(target, by, "declined");
      case "bring_to_stage":
      case "invite": {
        const { request } = target;
        if (request) this.closeRequest(target, by, "approved");
        return this.openInvitation(target, by, request);
      }
      case "clear_requests":
        return this.closeAll(by, "cleared");
      case "set_mode":
        return command.mode === this.mode || this.changeMode(by, command.mode);
      case "change_role":
        return command.role === target.role || this.changeRole(target, by, command.role);
      case "speak":
        person.heard = this.now;
        return this.emit("spoke", by, by);
    }
  }

  enter({ by, role, client, connection }, person, carried) {
    const open = new Set([connection ?? "main"]);
    if (person && person.presence === "present") {
      person.open.add(connection ?? "main");
      return this.emit("connected", by, by, { connection: connection ?? "main", client });
    }
    if (person && person.presence === "away") {
      Object.assign(person, { presence: "present", open });
      return this.emit("reconnected", by, by, carried);
    }
    const { declined = null, asks = [] } = person ?? {}; // leaving forgets neither
    const entered = this.emit("entered", by, by, { role, client, ...carried }).seq;
    const fresh = { name: by, role, presence: "present", at: "viewer", request: null, invitation: null };
    this.people.set(by, { ...fresh, open, declined, asks, entered });
  }

  endInvitation(person, by, outcome) {
    const prepares = person.at.startsWith("preparing");
    this.closeInvitation(person, by, outcome);
    if (prepares) this.cancelSetup(person, by, outcome);
  }

  closeAll(by, outcome) {
    for (const name of [...this.queue]) this.closeRequest(this.people.get(name), by, outcome);
  }

  changeMode(by, mode) {
    const previous = this.mode;
    this.mode = mode;
    this.emit("mode_changed", by, by, { mode, previous }, this.present().map((person) => person.name));
    if (previous === "join_by_request") this.closeAll(by, mode === "invite_only" ? "mode_changed" : "superseded");
    if (previous !== "everyone_on_stage") return;
    for (const person of this.setups.map((name) => this.people.get(name)))
      if (person.at === "preparing/self" && !isStaff(person)) this.cancelSetup(person, by, "mode_changed");
  }

  changeRole(person, by, role) {
    person.role = role;
    this.emit("role_changed", person.name, by, { role });
    const mayNot = person.at === "preparing/self" && this.mode !== "everyone_on_stage";
    if (isStaff(person) && person.request) this.closeRequest(person, by, "superseded");
    if (!isStaff(person) && mayNot) this.cancelSetup(person, by, "role_changed");
  }

  // What is answered.

  submit(line) {
    only(line, COMMAND_FIELDS);
    const command = { client: "desktop", ...line, at: this.time(needed(line, "at")) };
    const [needs, takes] = TAKES[word(needed(line, "do"), "do", Object.keys(TAKES))];
    for (const field of needs) needed(line, field);
    only(line, ["at", "do", "client", "id", ...needs, ...takes]);
    for (const field of ["by", "to", "request", "id", "connection"]) if (field in line) text(line[field], field);
    for (const [field, words] of Object.entries({ mode: MODES, role: ROLES, client: CLIENTS }))
      if (field in line) word(line[field], field, words);
    if (line.by === "system") fault("by", "that is nobody");
    const due = this.carryOut(command.at);
    if (line.id !== undefined && this.answers.has(line.id)) return { ...this.answers.get(line.id), due };
    this.events = [];
    const found = this.judge(command);
    if (found === null) this.act(command);
    const why = typeof found === "string" ? { reason: found } : found ?? { reason: null };
    const answer = { accepted: found === null, ...why, events: this.events };
    if (line.id !== undefined) this.answers.set(line.id, answer);
    return { ...answer, due };
  }

  state() {
    const shown = ({ role, presence, at }) => ({ role, presence, standing: at.split("/")[0] });
    const people = Object.fromEntries([...this.people].map(([name, person]) => [name, shown(person)]));
    return { mode: this.mode, live: this.phase === "live", people, queue: this.queue, on_stage: this.stage };
  }

  actions(of, client) {
    const room = Object.setPrototypeOf(structuredClone({ ...this }), Room.prototype);
    room.carryOut(room.now); // what is due at this very moment counts as over
    const person = room.people.get(of);
    if (!person || person.presence !== "present") return [];
    const found = room.conceivable().filter((offer) => room.judge({ at: room.now, by: of, client, ...offer }) === null);
    const key = (offer) => ["do", "to", "mode", "role"].map((field) => offer[field] ?? "");
    return found.sort((one, other) => key(one).map((value, i) => byCodes(value, key(other)[i])).find(Boolean) ?? 0);
  }

  // Every action that would have an effect if it were accepted, with the fields that it needs.
  conceivable() {
    const found = [];
    for (const [action, [needs]] of Object.entries(TAKES)) {
      if (NEVER_OFFERED.includes(action) || (action === "clear_requests" && !this.queue.length)) continue;
      const targets = needs.includes("to") ? [...this.people.keys()].map((to) => ({ to })) : [{}];
      const modes = needs.includes("mode") ? MODES.filter((mode) => mode !== this.mode).map((mode) => ({ mode })) : [{}];
      const roles = needs.includes("role") ? ROLES.map((role) => ({ role })) : [{}];
      for (const target of targets)
        for (const mode of modes)
          for (const role of roles)
            if (!role.role || this.people.get(target.to).role !== role.role)
              found.push({ do: action, ...target, ...mode, ...role });
    }
    return found;
  }
}

// Lines.

let room = null;

// A key that is given twice is a fault, and JSON.parse keeps the last one: so the keys are looked at once more.
function checkKeys(raw) {
  const open = [];
  const tokens = raw.match(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g) ?? [];
  tokens.forEach((token, place) => {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
    else if (token !== ":" && tokens[place + 1] === ":") {
      const key = JSON.parse(token), keys = open[open.length - 1];
      if (keys.has(key)) fault(key, "given twice");
      keys.add(key);
    }
  });
}

function parsed(bytes) {
  let raw, line;
  try {
    raw = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    line = JSON.parse(raw);
  } catch {
    fault("line", "no JSON in UTF-8");
  }
  if (!isObject(line)) fault("line", "no object");
  checkKeys(raw);
  only(line, LINE_FIELDS);
  return strip(line);
}

function question(line) {
  switch (line.ask) {
    case "state":
      only(line, ["ask"]);
      return room.state();
    case "due": {
      only(line, ["ask"]);
      const next = room.dues()[0];
      return { due: next ? next[0] / 1000 : null };
    }
    case "actions": {
      only(line, ["ask", "of", "client"]);
      const client = "client" in line ? word(line.client, "client", CLIENTS) : "desktop";
      return { actions: room.actions(text(needed(line, "of"), "of"), client) };
    }
    default:
      return fault("ask", "unknown");
  }
}

function answer(bytes) {
  const line = parsed(bytes);
  if ("room" in line) {
    only(line, ["room", "told"]);
    if ("told" in line && typeof line.told !== "boolean") fault("told", "true or false");
    if (!isObject(line.room)) fault("room", "no object");
    room = new Room(line.room, line.told === true);
    return { ok: true };
  }
  if (line.ask === "engine") {
    only(line, ["ask"]);
    return { engine: "an example in JavaScript", version: "1", rules: "default" };
  }
  if (!room) fault("room", "none yet");
  if ("ask" in line) return question(line);
  if (Object.keys(line).length === 1 && "at" in line) {
    const at = room.time(line.at);
    return { accepted: true, reason: null, due: room.carryOut(at), events: [] };
  }
  return room.submit(line);
}

function serve(bytes) {
  let said;
  try {
    said = answer(bytes);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    said = { error: error.message };
  }
  require("fs").writeSync(1, JSON.stringify(said) + "\n");
}

// Lines as bytes, since what is no UTF-8 is a fault and must not be mended on the way.
let rest = Buffer.alloc(0);
process.stdin.on("data", (more) => {
  rest = Buffer.concat([rest, more]);
  for (let end; (end = rest.indexOf(10)) >= 0; rest = rest.subarray(end + 1)) serve(rest.subarray(0, end));
});
process.stdin.on("end", () => rest.length && serve(rest));
