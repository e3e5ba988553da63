/* What the tests ask a page: where its text is, and whether somebody can see it and get to it. */
"use strict";

window.looking = (() => {
  const WORDS = 60;

  /* Elements that a keyboard stops at. */
  const CONTROLS = "a[href], button, input, select, textarea, summary, audio[controls], [tabindex]";

  const said = (element) => {
    const name = element.getAttribute("aria-label") || element.textContent.trim().replace(/\s+/g, " ");
    return `${element.tagName.toLowerCase()}${element.id ? "#" + element.id : ""} ${name.slice(0, WORDS)}`.trim();
  };

  const shown = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });

  /* Text that stands in a folded box itself, outside any element there, is folded too. */
  const read = (node) => shown(node.parentElement) && !node.parentElement.matches("details:not([open])");

  const texts = (under) => {
    const walker = document.createTreeWalker(under, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.data.trim() && !node.parentElement.closest("script, style, noscript, option, template, title")) found.push(node);
    }
    return found;
  };

  /* What is left of a box in the boxes around it that cut off what is outside, null where nothing is. */
  const left = (element, box) => {
    let { left, top, right, bottom } = box;
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.clipPath !== "none" || style.clip !== "auto") return null;
      if (at !== element && style.overflowX !== "visible") {
        const around = at.getBoundingClientRect();
        left = Math.max(left, around.left); right = Math.min(right, around.right);
        top = Math.max(top, around.top); bottom = Math.min(bottom, around.bottom);
      }
    }
    return right - left > 1 && bottom - top > 1 ? { left, top, right, bottom } : null;
  };

  /* Whether a text stands slanted: its box is then larger than it is. */
  const slanted = (element) => {
    const turned = element instanceof SVGGraphicsElement ? element.getCTM() : null;
    return turned !== null && Math.abs(turned.a) > 0.1 && Math.abs(turned.b) > 0.1;
  };

  /* Every line of text and every picture and control that can be seen: its element, and its box. */
  const boxes = () => {
    const found = [];
    const add = (element, box, what) => {
      const seen = left(element, box);
      if (seen) found.push({ element, what, ...seen });
    };
    const range = document.createRange();
    for (const node of texts(document.body)) {
      if (!read(node) || slanted(node.parentElement)) continue;
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) add(node.parentElement, box, words(node));
    }
    for (const each of document.querySelectorAll("img, canvas, button, input, select")) {
      if (shown(each)) add(each, each.getBoundingClientRect(), said(each));
    }
    return found;
  };

  /* Pairs that lie on each other, in words. Boxes of text are higher than the letters: a sliver is none. */
  const overlaps = (sliver = 4) => {
    const all = boxes().sort((one, other) => one.top - other.top);
    const found = [];
    all.forEach((one, place) => {
      for (let next = place + 1; next < all.length && all[next].top < one.bottom - sliver; next += 1) {
        const other = all[next];
        const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const high = Math.min(one.bottom, other.bottom) - other.top;
        if (wide <= sliver || high <= sliver) continue;
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        found.push(`${one.what} / ${other.what}`);
      }
    });
    return found;
  };

  /* Text in letters that are smaller than anybody can read on a phone, in words with their size in pixels. */
  const small = (fewest = 10.7) => texts(document.body).filter(read).flatMap((node) => {
    const element = node.parentElement, drawn = element instanceof SVGGraphicsElement ? element.getScreenCTM() : null;
    const pixels = parseFloat(getComputedStyle(element).fontSize) * (drawn ? Math.hypot(drawn.a, drawn.b) : 1);
    return pixels < fewest ? [`${words(node)} ${Math.round(pixels)} px`] : [];
  });

  /* What makes the page wider than its window, in words; nothing where it is not. */
  const sideways = () => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const wide = boxes().filter((each) => each.right > innerWidth + 1 || each.left < -1);
    return [`${document.documentElement.scrollWidth} of ${innerWidth} px`, ...wide.map((each) => each.what)];
  };

  /* Texts of drawings that stand outside of them, in words; a line above or below, which has room there, does not. */
  const outside = (above = 12) => [...document.querySelectorAll("svg")].flatMap((chart) => {
    const frame = chart.getBoundingClientRect(), range = document.createRange();
    return texts(chart).filter((text) => {
      range.selectNodeContents(text);
      const box = range.getBoundingClientRect();
      return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - above || box.bottom > frame.bottom + above;
    }).map(words);
  });

  /* Text and controls of which a part is cut off and cannot be scrolled to, in words. */
  const cut = () => {
    const found = [];
    for (const each of document.body.querySelectorAll("*")) {
      if (!shown(each) || getComputedStyle(each).clipPath !== "none" || each.closest("svg, canvas")) continue;
      const style = getComputedStyle(each);
      const hides = (way) => style[way] === "hidden" || style[way] === "clip";
      if (hides("overflowX") && each.scrollWidth > each.clientWidth + 1) found.push(said(each));
      else if (hides("overflowY") && each.scrollHeight > each.clientHeight + 1) found.push(said(each));
    }
    return found;
  };

  /* Every text of the page that nobody sees as it is now; what is there for screen readers alone is none. */
  const unseen = () => texts(document.body).filter((node) => !read(node));

  const words = (node) => node.data.trim().slice(0, WORDS);

  /* What a keyboard has to get to, in the order of the page. One of several radio buttons is enough. */
  const stops = () => [...document.querySelectorAll(CONTROLS)]
    .filter((each) => shown(each) && !each.disabled && each.tabIndex >= 0 && each.type !== "hidden").map(said);

  /* Where the focus is, and whether one sees that; null outside the page. */
  const focused = () => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const style = getComputedStyle(at), box = at.getBoundingClientRect();
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const within = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return { said: said(at), ring, within };
  };

  /* The same after a press of Tab; null too where it is at the first stop again. */
  let firstStop = null;
  const tabbed = () => {
    if (document.activeElement === firstStop) return null;
    const found = focused();
    if (found && !firstStop) firstStop = document.activeElement;
    return found;
  };

  /* What moves by itself, in words. */
  const moving = () => [...document.body.querySelectorAll("*")].filter((each) => {
    const style = getComputedStyle(each);
    const lasts = (times) => times.split(",").some((time) => parseFloat(time) > 0);
    return lasts(style.transitionDuration) || (style.animationName !== "none" && lasts(style.animationDuration)) || style.scrollBehavior === "smooth";
  }).map(said);

  /* Leaves one of all rows that are made alike, and have the same classes: what is so of one is so of all. Charts are
     pictures, of which only the name is asked. */
  const thin = () => {
    const made = (row) => [row, ...row.querySelectorAll("*")].map((each) => `${each.tagName}.${each.className}`).join(" ");
    for (const chart of document.querySelectorAll("figure.chart")) {
      const still = chart.cloneNode(true);
      still.querySelector("svg").replaceChildren();
      chart.replaceWith(still);
    }
    for (const list of document.querySelectorAll("tbody, dl, ul, ol")) {
      const known = new Set();
      for (const row of [...list.children]) {
        const sort = made(row);
        if (known.has(sort)) row.remove(); else known.add(sort);
      }
    }
  };

  return { boxes, cut, focused, moving, outside, overlaps, sideways, small, stops, tabbed, texts, thin, unseen, words };
})();
