/** Messages in the polite live region at the foot of the page: shown, or for screen readers only. */
import { one } from "./elements.js";

/** Show a message, which leaves by itself. */
export function toast(text, variant = "info") {
  const region = one("#toasts");
  if (!region) return;
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.variant = variant;
  const line = document.createElement("p");
  line.textContent = text;
  box.append(line);
  region.append(box);
  leaveLater(box);
}

/** Let a message leave after six seconds, counted once however often this is asked. */
export function leaveLater(box) {
  if (box.dataset.uiTimed) return;
  box.dataset.uiTimed = "yes";
  setTimeout(() => { box.dataset.leaving = ""; setTimeout(() => box.remove(), 350); }, 6000);
}

/** Messages stand in the open dialog: what is outside is inert, below the backdrop and not announced. */
export function moveToasts() {
  const region = one("#toasts");
  const home = one("dialog:modal") ?? document.body;
  if (region && region.parentElement !== home) home.append(region);
}

/** Say something to screen readers only. */
export function announce(text) {
  const line = document.createElement("p");
  line.className = "sr-only";
  line.textContent = text;
  one("#toasts")?.append(line);
  setTimeout(() => line.remove(), 5000);
}
