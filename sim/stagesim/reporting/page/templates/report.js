// What is folded is printed, and a link to something that is folded unfolds it.
const folded = new Set();
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details:not([open])")) { folded.add(each); each.open = true; }
});
addEventListener("afterprint", () => {
  for (const each of folded) each.open = false;
  folded.clear();
});
const unfold = (name) => {
  for (let at = document.getElementById(name); at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
};
// A word shows its meaning where it stands: the first click or touch does no more, the next one goes to the list.
let told = null;
addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link && link.classList.contains("term") && link !== told && event.detail) {
    event.preventDefault();
    link.focus();
  } else if (link) unfold(link.hash.slice(1));
  told = link;
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.activeElement.classList.contains("term")) document.activeElement.blur();
});
unfold(location.hash.slice(1));
