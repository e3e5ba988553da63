// The theme makes a dialog of the search without a name that could be read out, and boxes of wide tables that the
// keyboard does not reach.
document.querySelector(".md-search").setAttribute("aria-label", "Search");
addEventListener("load", () => {
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap")) box.tabIndex = 0;
});
