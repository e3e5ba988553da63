/* The story of whoever is chosen: the lines of each session beside each other, a row a second, as the tables have them. */
"use strict";

/* Lines of one session, from pairs of the time since the line before and the place of a text. */
function storyLines(data, story) {
  const lines = [];
  for (let place = 1, at = 0; place < story.length; place += 2) {
    at += story[place];
    const [sort, text] = data.texts[story[place + 1]];
    lines.push({ at, sort, text });
  }
  return lines;
}

/* A row a second: the second, the moment of its last line, and the lines of each session. */
function storyRows(columns) {
  const seconds = [...new Set(columns.flat().map((line) => Math.floor(line.at / 1000)))].sort((one, other) => one - other);
  return seconds.map((second) => {
    const cells = columns.map((lines) => lines.filter((line) => Math.floor(line.at / 1000) === second));
    return { second, at: Math.max(...cells.flat().map((line) => line.at)), cells };
  });
}

/* Whether the same happens in every one of several sessions. */
function isSame(cells) {
  return cells.length > 1 && new Set(cells.map((lines) => JSON.stringify(lines.map((line) => line.text)))).size === 1;
}

/* A moment as the player's links have it, to the millisecond; a whole second has none. */
function storyMoment(ms) {
  const all = Math.abs(ms), rest = all % 60000, part = rest % 1000;
  const seconds = String(Math.floor(rest / 1000)).padStart(2, "0") + (part ? "." + String(part).padStart(3, "0") : "");
  return (ms < 0 ? "-" : "") + String(Math.floor(all / 60000)).padStart(2, "0") + ":" + seconds;
}

/* The words of a line, each with a name where it is that of somebody else in the session. */
function storyParts(text, people) {
  return text.split(/([\w-]+)/).filter((word) => word).map((word) => [word, people.has(word)]);
}

function storyTable(data, person, names) {
  const make = (kind, text, props) => Object.assign(document.createElement(kind), text === undefined ? {} : { textContent: text }, props);
  const people = new Set(data.people.map(([name]) => name)), link = (at, name) => "#t=" + storyMoment(at) + "&who=" + encodeURIComponent(name);
  const said = (line) => {
    const all = make("p", undefined, { className: line.sort });
    all.append(...storyParts(line.text, people).map(([word, isName]) => (isName ? make("a", word, { href: link(line.at, word) }) : word)));
    return all;
  };
  const [who, title, ...stories] = person, table = make("table", undefined, { className: "story" });
  table.createCaption().textContent = title;
  const head = table.createTHead().insertRow();
  head.append(make("td"));
  stories.forEach((story, place) => {
    const cell = make("th", names[place], { scope: "col" });
    cell.append(make("span", data.texts[story[0]][1]));
    head.append(cell);
  });
  const body = table.createTBody();
  for (const { second, at, cells } of storyRows(stories.map((story) => storyLines(data, story)))) {
    const row = body.insertRow(), first = make("th", undefined, { scope: "row" });
    first.append(make("a", storyMoment(second * 1000), { href: link(at, who) }));
    row.append(first);
    const same = isSame(cells);
    (same ? cells.slice(0, 1) : cells).forEach((lines, place) => {
      const cell = row.insertCell();
      cell.dataset.name = same ? "in all of them" : names[place];
      if (same) cell.colSpan = cells.length;
      cell.append(...lines.map(said));
    });
  }
  return table;
}

function startStories(root) {
  const part = (name) => root.querySelector("[data-part=" + name + "]");
  const names = JSON.parse(root.dataset.names), choice = part("who");
  let data = null;
  const read = () => {
    if (data) return;
    data = JSON.parse(part("everybody").textContent);
    choice.append(...data.people.map(([who, title]) => new Option(title, who)));
  };
  const tell = (who) => {
    read();
    const person = data.people.find(([name]) => name === who);
    choice.value = person ? who : "";
    part("story").replaceChildren(...(person ? [storyTable(data, person, names)] : []));
  };
  const followLink = () => {
    const who = new URLSearchParams(location.hash.slice(1)).get("story");
    if (who === null) return;
    for (let at = root; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    tell(who);
    choice.focus({ preventScroll: true });
    choice.scrollIntoView({ block: "start" });
  };
  choice.addEventListener("change", () => tell(choice.value));
  choice.closest("[hidden]").hidden = false;
  const picks = [...root.querySelectorAll("[data-story]")];
  const first = picks.length ? picks[0].textContent : "";
  for (const name of picks) {
    name.replaceWith(Object.assign(document.createElement("a"), { textContent: name.textContent, href: "#story=" + encodeURIComponent(name.textContent) }));
  }
  const begin = () => { if (!data) tell(first); };
  const fold = root.closest("details");
  if (fold && !fold.open) fold.addEventListener("toggle", begin, { once: true }); else begin();
  /* On paper, everybody who was picked, one below the other. */
  addEventListener("beforeprint", () => {
    begin();
    const rest = new Set(picks.map((each) => each.textContent).filter((name) => name !== choice.value));
    part("picked").replaceChildren(...[...rest].map((who) => storyTable(data, data.people.find(([name]) => name === who), names)));
  });
  addEventListener("afterprint", () => part("picked").replaceChildren());
  addEventListener("hashchange", followLink);
  followLink();
}

if (typeof module !== "undefined") module.exports = { storyLines, storyRows, storyMoment, isSame };
else document.querySelectorAll(".stories").forEach(startStories);
