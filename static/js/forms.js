/** Forms: sent once, sent by a change, numbers in steps, files dropped on a zone, and the key that leads to the
 * search. */
import { all, one } from "./elements.js";
import { t } from "./messages.js";

/** Change the number beside a button by one step, within its limits. */
export function step(button) {
  const input = one("input", button.closest(".stepper"));
  const limit = (name, otherwise) => (input[name] === "" ? otherwise : Number(input[name]));
  const wanted = Number(input.value || 0) + Number(button.dataset.uiStep);
  input.value = Math.min(limit("max", Infinity), Math.max(limit("min", -Infinity), wanted));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Let a form be sent again. */
export function release(form) {
  delete form.dataset.uiSent;
  all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
}

/** One submit per answer: a second press is ignored until the page or the htmx answer arrives. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || event.submitter?.formMethod === "dialog") return;
  if (form.dataset.uiSent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  if (form.method === "get") return;
  form.dataset.uiSent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  // A file leaves the page as it is: nothing tells when it has come.
  setTimeout(() => release(form), event.submitter?.hasAttribute("data-ui-download") ? 1000 : 15000);
}, true);

addEventListener("pageshow", () => all("form[data-ui-sent]").forEach(release));

document.addEventListener("change", (event) => {
  const target = event.target;
  if (target.matches("[data-ui-navigate]") && target.value) location.assign(target.value);
  if (target.matches("[data-ui-dropzone] input[type=file]")) showFiles(target);
  const form = target.closest("form[data-ui-autosubmit]");
  if (form) form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const search = one("[data-ui-search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
});

function showFiles(input) {
  const names = [...input.files].map((file) => file.name);
  const slot = one("[data-ui-file-names]", input.closest("[data-ui-dropzone]"));
  if (!slot) return;
  slot.dataset.uiEmpty ??= slot.textContent;
  slot.textContent = names.length > 3 ? t("%(num)s files chosen", { num: names.length }) : names.join(", ") || slot.dataset.uiEmpty;
}

/** Files dropped on a zone are chosen in it; beside one they do not replace the page. */
for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, (event) => {
  if (!one("[data-ui-dropzone]") || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  const zone = event.target.closest?.("[data-ui-dropzone]");
  zone?.toggleAttribute("data-over", name === "dragover");
  if (name === "drop" && zone) choose(one("input[type=file]", zone), [...event.dataTransfer.files]);
});

function choose(input, files) {
  if (input.disabled) return;
  const taken = new DataTransfer();
  files.slice(0, input.multiple ? files.length : 1).forEach((file) => taken.items.add(file));
  input.files = taken.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
