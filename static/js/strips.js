/** Strips that scroll sideways: rails of cards, and tabs. */
import { all } from "./elements.js";

/** Scroll the rail that a button controls by most of its width. */
export function scrollRail(button) {
  const rail = document.getElementById(button.getAttribute("aria-controls"));
  rail?.scrollBy({ left: Number(button.dataset.uiRail) * rail.clientWidth * 0.8, behavior: "smooth" });
}

/** A strip of tabs that scrolls shows the one that is open. */
for (const tab of all(".tabs [aria-current]")) {
  const strip = tab.closest(".tabs");
  strip.scrollLeft = tab.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
}
