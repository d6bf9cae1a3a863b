/** Small conveniences on top of pages that work without them: the modules of every page, and what a press does. */
import "./cart.js";
import { enhance, switchTheme } from "./controls.js";
import { copy, copyFrom } from "./copy.js";
import { closeFromBackdrop, openDialog } from "./dialogs.js";
import { isSheet, refine } from "./filters.js";
import { step } from "./forms.js";
import { closeOthers, closePanel } from "./panels.js";
import { enlarge, openZoom, showImage, stepZoom } from "./product.js";
import "./requests.js";
import { scrollRail } from "./strips.js";
import "./tables.js";

/** What a press does; the first selector that the pressed element or one around it matches decides. */
const actions = [
  ["[data-ui-open-dialog]", (target, event) => { if (openDialog(target.dataset.uiOpenDialog)) event.preventDefault(); }],
  ["[data-ui-copy]", (target) => copy(target)],
  ["[data-ui-copy-from]", (target) => copyFrom(target)],
  ["[data-ui-step]", (target) => step(target)],
  ["[data-ui-theme-switch]", () => switchTheme()],
  ["[data-ui-dismiss]", (target) => target.closest(".toast, .alert, [data-ui-dismissible]")?.remove()],
  ["[data-ui-gallery-image]", (target, event) => { if (showImage(target)) event.preventDefault(); }],
  ["[data-ui-zoom-step]", (target) => stepZoom(target.closest("dialog"), Number(target.dataset.uiZoomStep))],
  ["[data-ui-zoom-picture]", (target, event) => enlarge(target, event)],
  ["[data-ui-zoom-slide]", (target) => target.closest("dialog").close()],
  ["[data-ui-zoom]", (target, event) => { if (openZoom(target)) event.preventDefault(); }],
  ["[data-ui-rail]", (target) => scrollRail(target)],
  ["[data-ui-close-panel]", (target) => closePanel(target.closest("details"))],
  [".facets a.facet-value", (target, event) => { if (isSheet() && !event.metaKey && !event.ctrlKey) { event.preventDefault(); refine(target); } }],
];

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target instanceof HTMLDialogElement) { closeFromBackdrop(event); return; }
  closeOthers(event.target);
  for (const [selector, act] of actions) {
    const target = event.target.closest(selector);
    if (target) { act(target, event); return; }
  }
});

enhance(document);
