/* Charts in a narrow window: set anew, with letters as large as they were. What is drawn becomes narrower, names of rows
   stand above their rows, a legend takes more lines; a number or a tick that has no room left is left out. */
{
  /* Pixels below which a chart is set anew, and of a point; points of a line, and between two texts. */
  const NARROW = 640, PIXELS = 4 / 3, LINE = 12.5, GAP = 4;
  const number = (element, name) => Number(element.getAttribute(name));
  const wide = (text) => text.getComputedTextLength();
  const most = (all) => Math.max(0, ...all);
  const isBold = (text) => Number(text.style.fontWeight) > 400;

  function place(text, x, y, anchor) {
    text.setAttribute("x", x);
    text.setAttribute("y", y);
    if (anchor) text.style.textAnchor = anchor;
  }

  /* A text in lines of at most so many points; how many there are. */
  function wrap(text, room) {
    if (wide(text) <= room) return 1;
    const lines = [];
    for (const word of text.textContent.split(" ")) {
      const longer = lines.length ? lines[lines.length - 1] + " " + word : word;
      text.textContent = longer;
      if (lines.length && wide(text) <= room) lines[lines.length - 1] = longer; else lines.push(word);
    }
    text.textContent = "";
    for (const line of lines) {
      const part = document.createElementNS(text.namespaceURI, "tspan");
      part.textContent = line;
      part.setAttribute("x", text.getAttribute("x"));
      if (text.childNodes.length) part.setAttribute("dy", LINE);
      text.append(part);
    }
    return lines.length;
  }

  /* A text in smaller letters where it is too long for one line. */
  function shrink(text, room) {
    if (wide(text) > room) text.style.fontSize = Math.max(8.4, (parseFloat(text.style.fontSize) * room) / wide(text)) + "px";
  }

  /* The texts of axes by where they stand: names of rows, what is said at their right, labels of ticks, titles, the rest. */
  function sorted(axes, box) {
    for (const lines of [...axes.querySelectorAll("g")].map((group) => [...group.querySelectorAll(":scope > text")])) {
      if (lines.length < 2 || Math.abs(lines[0].transform.baseVal.consolidate()?.matrix.b ?? 0) > 0.5) continue;
      lines[0].textContent = lines.map((line) => line.textContent).join(" ");
      lines.slice(1).forEach((line) => line.remove());
    }
    const found = { names: [], figures: [], across: [], up: [], turned: [], titles: [], inside: [] };
    for (const text of axes.querySelectorAll("text")) {
      const moved = text.transform.baseVal.consolidate()?.matrix, isTurned = moved && Math.abs(moved.b) > 0.5;
      if (moved && !isTurned) { text.removeAttribute("transform"); place(text, moved.e, moved.f); }
      const x = isTurned ? moved.e : number(text, "x"), y = isTurned ? moved.f : number(text, "y");
      const anchor = text.style.textAnchor || "start";
      const sort = isTurned ? "turned" : text.closest(".row") ? (x < box.x ? "names" : "figures")
        : y > box.y + box.height + 3 ? "across" : anchor === "end" && x < box.x ? "up" : y < box.y ? "titles" : "inside";
      found[sort].push({ text, x, y, anchor, width: wide(text), size: parseFloat(text.style.fontSize) });
    }
    return found;
  }

  /* Where everything of axes goes that begin `down` points lower than they did, in a drawing of so many points. */
  function plan(box, found, width, down) {
    const named = most(found.names.map((each) => each.width)), said = most(found.figures.map((each) => each.width));
    const ys = found.names.map((each) => each.y - 0.35 * each.size);
    const pitch = Math.min(box.height, ...ys.slice(1).map((y, row) => Math.abs(y - ys[row])));
    const after = found.inside.filter((each) => each.anchor === "start");
    const remarks = after.filter((each) => !isBold(each.text) && ys.some((y) => each.y - y > 0.3 * pitch && each.y - y < 0.7 * pitch));
    const isAbove = ys.length > 0 && (named + said > 0.34 * width || remarks.length > 0);
    const isOnLine = isAbove && found.names.every((each, row) => each.width + (found.figures[row]?.width ?? 0) < width - 12);
    const below = isAbove ? LINE * most(remarks.map((each) => Math.ceil((1.1 * each.width) / width))) : 0;
    const above = isAbove ? LINE + 2 : 0, high = (pitch + above + below) / pitch;
    const start = isAbove ? 1 : found.names.length ? named + 8 : Math.min(box.x, width / 3);
    let end = width - (said && !isOnLine ? said + 8 : 9);
    for (const each of after) {
      const share = (each.x - box.x) / box.width;
      if (share > 0.02 && each.width < width / 2) end = Math.min(end, start + (width - 2 - each.width - start) / share);
    }
    const thin = Math.max(end - start, (width - start) / 2) / box.width, grown = box.height * (high - 1), lower = (above - below) / 2;
    const rowTo = (y) => box.y + down + (y - box.y) * high;
    const inside = (y) => {
      const row = ys.find((each) => Math.abs(y - each) < pitch / 2);
      return row === undefined ? rowTo(y) : rowTo(row) + lower + y - row;
    };
    return {
      start, isAbove, isOnLine, grown, pitch, ys, half: (pitch * high) / 2,
      across: (x) => start + (x - box.x) * thin,
      outside: (y) => y + down + (y > box.y + box.height / 2 ? grown : 0),
      inside, row: rowTo,
      room: (given) => given * thin,
      matrix: (y, height) => {
        const isOfRow = ys.length > 0 && height < 0.95 * pitch, middle = y + height / 2;
        const scale = isOfRow ? 1 : high, moved = isOfRow ? inside(middle) - middle : box.y + down - box.y * high;
        return `matrix(${thin} 0 0 ${scale} ${start - box.x * thin} ${moved})`;
      },
    };
  }

  function setShapes(axes, to) {
    for (const shape of axes.querySelectorAll("path, use, image")) {
      if (shape.closest("defs, clipPath")) continue;
      const isMark = shape.tagName === "use" && number(shape, "x") > 0, isTick = shape.closest(".axis") !== null;
      if (isMark) {
        const y = number(shape, "y");
        shape.setAttribute("x", to.across(number(shape, "x")));
        shape.setAttribute("y", isTick ? to.outside(y) : to.inside(y));
      } else {
        const box = shape.getBBox();
        shape.setAttribute("transform", to.matrix(box.y, box.height) + " " + (shape.getAttribute("transform") ?? ""));
        shape.setAttribute("vector-effect", "non-scaling-stroke");
      }
      if (isMark) shape.closest("[clip-path]")?.removeAttribute("clip-path");
    }
  }

  /* The names of rows, and what is said of them: above the rows, and easy to read on lines behind them. */
  function setRows(found, to, width, left) {
    const line = (row) => to.row(to.ys[row]) - to.half + LINE;
    found.names.forEach(({ text, x, y, anchor }, row) => {
      if (to.isAbove) { shrink(text, width - to.start - 5); place(text, to.start + 4, line(row), "start"); } else place(text, to.start - left + x, to.inside(y), anchor);
    });
    found.figures.forEach(({ text, y }, row) => place(text, width, to.isOnLine ? line(row) : to.inside(y), "end"));
    for (const { text } of [...found.names, ...found.figures]) Object.assign(text.style, { paintOrder: "stroke", stroke: "var(--paper)", strokeWidth: "3px" });
  }

  /* The labels of ticks, without those that would touch, and the names of axes; by how much these became higher. */
  function setLabels(found, to, width, left) {
    let last = -Infinity, lines = 0;
    for (const { text, x, y } of found.up) place(text, Math.max(0, to.start - left + x), to.isAbove ? to.row(y) : to.inside(y));
    for (const { text, x, y } of found.turned) text.setAttribute("transform", `translate(${x} ${to.outside(y) - (to.outside(y) - y) / 2}) rotate(-90)`);
    for (const { text, x, y, width: said } of found.across) {
      const isName = said > 70;
      const middle = isName ? width / 2 : Math.min(Math.max(to.across(x), said / 2), width - said / 2);
      place(text, middle, to.outside(y));
      if (isName) lines += wrap(text, width) - 1;
      else if (middle - said / 2 < last + GAP) text.remove();
      else last = middle + said / 2;
    }
    return lines * LINE;
  }

  /* What stands among the rows or curves: bold text first; nothing on anything else, and no number in too small a bar. */
  function setInside(axes, found, to, width) {
    const bars = [...axes.querySelectorAll("path")].filter((bar) => bar.style.fill !== "none").map((bar) => bar.getBBox());
    const kept = [], hits = (one, other) => one.x < other.x + other.width && other.x < one.x + one.width && one.y + 2 < other.y + other.height && other.y + 2 < one.y + one.height;
    for (const { text, x, y, anchor, width: said } of found.inside.sort((one, other) => isBold(other.text) - isBold(one.text))) {
      const titled = isBold(text) && to.isAbove ? to.ys.find((row) => row - y > 0.2 * to.pitch && row - y < 0.8 * to.pitch) : undefined;
      const down = titled === undefined ? to.inside(y) : to.row(titled) - to.half;
      if (isBold(text)) shrink(text, width - 4);
      place(text, anchor === "start" ? Math.max(to.start, Math.min(to.across(x), width - wide(text))) : to.across(x), down);
      if (anchor === "start" && !isBold(text)) wrap(text, width - 4);
      const around = bars.filter((bar) => anchor === "middle" && bar.x < x && x < bar.x + bar.width && bar.y < y && y < bar.y + bar.height);
      const own = text.getBBox();
      const isFree = own.x > -1 && own.x + own.width < width + 1 && !kept.some((other) => hits(own, other));
      if (isFree && said + 2 <= to.room(Math.min(...around.map((bar) => bar.width)))) kept.push(own); else text.remove();
    }
  }

  /* One of several axes; how much lower what follows begins. */
  function setAxes(axes, width, down) {
    const box = axes.querySelector("path").getBBox(), found = sorted(axes, box), to = plan(box, found, width, down);
    setInside(axes, found, to, width);
    setShapes(axes, to);
    setRows(found, to, width, box.x);
    for (const { text, x, y } of found.titles) {
      shrink(text, width - 2);
      place(text, Math.max(0, Math.min(to.across(x), width - wide(text))), to.outside(y));
    }
    return down + to.grown + setLabels(found, to, width, box.x);
  }

  /* A legend with as many of its entries in a line as fit; where it ends. */
  function setLegend(legend, width, down) {
    let x = 0, y = legend.getBBox().y + down, marks = [];
    for (const part of [...legend.children]) {
      const text = part.querySelector("text");
      marks.push(part);
      if (!text) continue;
      const boxes = marks.map((mark) => mark.getBBox()).filter((box) => box.width || box.height);
      const from = Math.min(...boxes.map((box) => box.x)), at = number(text, "y");
      const lines = wrap(text, width - number(text, "x") + from);
      const reach = part.getBBox().x + part.getBBox().width - from;
      if (x && x + reach > width) { x = 0; y += LINE + 1; }
      for (const mark of marks) mark.setAttribute("transform", `translate(${x - from} ${y - at + LINE - 3})`);
      x += reach + 14;
      y += (lines - 1) * LINE;
      if (lines > 1) { x = 0; y += LINE + 1; }
      marks = [];
    }
    return y + (x ? LINE + 3 : 2);
  }

  function setNarrow(svg, pixels) {
    const width = pixels / PIXELS, [, top, , height] = svg.getAttribute("viewBox").split(" ").map(Number);
    svg.querySelector("path").remove();
    let down = 0;
    for (const axes of svg.querySelectorAll(".axes")) down = setAxes(axes, width, down);
    const legend = svg.querySelector(".legend"), bottom = legend ? setLegend(legend, width, down) : top + height + down;
    svg.setAttribute("viewBox", `0 ${top} ${width} ${bottom - top}`);
  }

  /* A chart as wide as it is drawn, or anew where its box is narrow; on paper as it is drawn. */
  let isOnPaper = false;
  function set(figure) {
    const pixels = figure.clientWidth, wanted = isOnPaper || pixels >= NARROW ? 0 : pixels;
    if (!pixels || (figure.setFor ?? 0) === wanted) return;
    figure.drawn ??= figure.querySelector("svg");
    const copy = figure.drawn.cloneNode(true);
    figure.querySelector("svg").replaceWith(copy);
    figure.setFor = wanted;
    if (wanted) setNarrow(copy, wanted);
  }

  const all = [...document.querySelectorAll("figure.chart")], resized = new ResizeObserver((found) => found.forEach(({ target }) => set(target)));
  all.forEach((figure) => resized.observe(figure));
  for (const [event, is] of [["beforeprint", true], ["afterprint", false]]) addEventListener(event, () => { isOnPaper = is; all.forEach(set); });
}
