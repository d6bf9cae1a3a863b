/** Controls that only work with a script: rendered with `hidden`, shown here. */
import { all } from "./elements.js";
import { leaveLater } from "./toasts.js";

/** Prepare what has come to the page: show the controls, let the messages leave. */
export function enhance(root) {
  if (navigator.clipboard) all("[data-ui-copy][hidden], [data-ui-copy-from][hidden]", root).forEach((button) => { button.hidden = false; });
  all("#toasts .toast").forEach(leaveLater);
}

/** Change between light and dark, and keep the choice in a cookie that scheme.js reads before the first paint. */
export function switchTheme() {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const fixed = getComputedStyle(root).colorScheme;
  const now = root.dataset.theme || (["light", "dark"].includes(fixed) ? fixed : system);
  const next = now === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  const safe = location.protocol === "https:";
  document.cookie = `${safe ? "__Host-" : ""}theme=${next};path=/;max-age=31536000;samesite=lax${safe ? ";secure" : ""}`;
}
