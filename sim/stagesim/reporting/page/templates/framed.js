"use strict";

/* Dark where the notebook around the frame has light letters. */
function isAroundDark() {
  try {
    const [red, green, blue] = getComputedStyle(frameElement.parentElement).color.match(/[\d.]+/g).map(Number);
    return 0.299 * red + 0.587 * green + 0.114 * blue > 128;
  } catch {
    return matchMedia(document.body.dataset.dark).matches;
  }
}

(async function () {
  const bytes = Uint8Array.from(atob(document.getElementById("packed").textContent), (sign) => sign.charCodeAt(0));
  const page = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
  const dark = isAroundDark(), { dark: asked, either } = document.body.dataset;
  const coloured = page.replaceAll(asked, dark ? "all" : "not all").replaceAll(either, "color-scheme: " + (dark ? "dark" : "light"));
  /* In a frame there is no address to link to. */
  const unlinked = coloured.replace("</head>", "<style>[data-part=link] { display: none; }</style></head>");
  document.open();
  document.write(unlinked);
  document.close();
})();
