/** Menus and other panels that open over the page and close by Escape or a press elsewhere. */
import { all, one } from "./elements.js";
import { isSheet } from "./filters.js";

const PANELS = "details:is(.menu-pop, .nav-menu, .facet-drop)[open]";

/** Close the panels that do not hold what was pressed. */
export function closeOthers(pressed) {
  all(PANELS).filter((panel) => !panel.contains(pressed)).forEach((panel) => { panel.open = false; });
}

/** Close a panel and put the focus on what opens it. */
export function closePanel(panel) {
  panel.open = false;
  one("summary", panel).focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = all(`${PANELS}${isSheet() ? ", details.facets[open]" : ""}`).at(-1);
  if (open) closePanel(open);
});
