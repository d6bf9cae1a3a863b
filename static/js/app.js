/** Small conveniences on top of pages that work without them. */
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Say something in the polite live region at the foot of the page. */
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

document.addEventListener("mtc:toast", (event) => toast(event.detail.text, event.detail.variant));

function leaveLater(box) {
  if (box.dataset.timed) return;
  box.dataset.timed = "yes";
  setTimeout(() => { box.dataset.leaving = ""; setTimeout(() => box.remove(), 350); }, 6000);
}

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog?.showModal || dialog.open) return Boolean(dialog?.open);
  dialog.opener = document.activeElement;
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.opener?.focus?.(), { once: true });
  return true;
}

async function copy(button) {
  const label = one("span", button);
  const before = label?.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    if (label) label.textContent = "Copied";
    toast("Copied to the clipboard", "success");
  } catch {
    toast("Copying is not allowed here; select the text instead", "warning");
  }
  if (label) setTimeout(() => { label.textContent = before; }, 2000);
}

function step(button) {
  const input = one("input", button.closest(".stepper"));
  const limit = (name, otherwise) => (input[name] === "" ? otherwise : Number(input[name]));
  const wanted = Number(input.value || 0) + Number(button.dataset.step);
  input.value = Math.min(limit("max", Infinity), Math.max(limit("min", -Infinity), wanted));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function switchTheme() {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const fixed = getComputedStyle(root).colorScheme;
  const now = root.dataset.theme || (["light", "dark"].includes(fixed) ? fixed : system);
  const next = now === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  const safe = location.protocol === "https:";
  document.cookie = `${safe ? "__Host-" : ""}theme=${next};path=/;max-age=31536000;samesite=lax${safe ? ";secure" : ""}`;
}

/** Show what only makes sense with a script: controls rendered with `hidden`. */
function enhance(root) {
  if (navigator.clipboard) all("[data-copy][hidden]", root).forEach((button) => { button.hidden = false; });
  all(".stepper button[hidden]", root).forEach((button) => { button.hidden = false; });
  all("[data-theme-switch][hidden]", root).forEach((button) => { button.hidden = false; });
  all("[data-fallback]", root).forEach((button) => { button.hidden = true; });
  all("#toasts .toast").forEach(leaveLater);
}

const actions = [
  ["[data-open-dialog]", (target, event) => { if (openDialog(target.dataset.openDialog)) event.preventDefault(); }],
  ["[data-copy]", (target) => copy(target)],
  ["[data-step]", (target) => step(target)],
  ["[data-theme-switch]", () => switchTheme()],
  ["[data-dismiss]", (target) => target.closest(".toast, .alert, [data-dismissible]")?.remove()],
  ["[data-gallery-image]", (target, event) => { if (showImage(target)) event.preventDefault(); }],
  ["[data-rail]", (target) => scrollRail(target)],
];

/** Product gallery: a thumbnail is a link to its picture; with a script it changes the large one in place. */
function showImage(link) {
  const large = one("[data-gallery-large] img", link.closest("[data-gallery]"));
  if (!large) return false;
  large.removeAttribute("srcset");
  large.src = link.href;
  large.alt = one("img", link)?.alt ?? "";
  all("[data-gallery-image]", link.closest("[data-gallery]")).forEach((other) => other.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
  return true;
}

function scrollRail(button) {
  const rail = document.getElementById(button.getAttribute("aria-controls"));
  rail?.scrollBy({ left: Number(button.dataset.rail) * rail.clientWidth * 0.8, behavior: "smooth" });
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target instanceof HTMLDialogElement) { closeFromBackdrop(event); return; }
  for (const [selector, act] of actions) {
    const target = event.target.closest(selector);
    if (target) { act(target, event); return; }
  }
  all("details.menu-pop[open]").filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; });
});

function closeFromBackdrop(event) {
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) event.target.close();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") all("details.menu-pop[open]").forEach((menu) => { menu.open = false; one("summary", menu).focus(); });
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const search = one("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
});

document.addEventListener("change", (event) => {
  const target = event.target;
  if (target.matches("[data-check-all]")) {
    all("tbody input[type=checkbox][name]", target.closest("table")).forEach((box) => { box.checked = target.checked; });
  }
  if (target.matches("input[type=checkbox]")) showSelection(target);
  if (target.matches("[data-navigate]") && target.value) location.assign(target.value);
  if (target.matches("[data-dropzone] input[type=file]")) showFiles(target);
  const form = target.closest("form[data-autosubmit]");
  if (form) form.requestSubmit();
});

function showSelection(box) {
  const table = box.closest("table");
  if (!table) return;
  const count = all("tbody input[type=checkbox][name]:checked", table).length;
  all("[data-select-bar]").forEach((bar) => { bar.hidden = count === 0; all("[data-select-count]", bar).forEach((slot) => { slot.textContent = String(count); }); });
}

function showFiles(input) {
  const names = [...input.files].map((file) => file.name).join(", ");
  const slot = one("[data-file-names]", input.closest("[data-dropzone]"));
  if (slot) slot.textContent = names;
}

document.addEventListener("input", (event) => {
  const selector = event.target.dataset?.filterInput;
  if (!selector) return;
  const wanted = event.target.value.trim().toLowerCase();
  const list = one(selector);
  if (list) [...list.children].forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(wanted); });
});

/** One submit per answer: a second press is ignored until the page or the htmx answer arrives. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || event.submitter?.formMethod === "dialog") return;
  if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  if (form.method === "get") return;
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 15000);
}, true);

function release(form) {
  delete form.dataset.sent;
  all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
}

addEventListener("pageshow", () => all("form[data-sent]").forEach(release));

document.addEventListener("htmx:config:request", (event) => {
  const token = one('meta[name="csrf-token"]')?.content;
  if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (response?.status < 400 && sourceElement?.dataset.opens) openDialog(sourceElement.dataset.opens);
});

document.addEventListener("htmx:response:error", (event) => {
  const { response, text } = event.detail.ctx;
  if (response.status !== 422 && !text?.includes("#toasts")) toast("That did not work. Please try again.", "destructive");
});

document.addEventListener("htmx:error", () => toast("The shop cannot be reached. Check your connection and try again.", "destructive"));

document.addEventListener("htmx:finally:request", (event) => {
  const form = event.detail.ctx.sourceElement?.closest?.("form");
  if (form) release(form);
});

document.addEventListener("htmx:after:swap", () => enhance(document));

all("[data-dropzone]").forEach((zone) => {
  const mark = (over) => (event) => { event.preventDefault(); zone.toggleAttribute("data-over", over); };
  zone.addEventListener("dragover", mark(true));
  zone.addEventListener("dragleave", mark(false));
  zone.addEventListener("drop", (event) => {
    mark(false)(event);
    const input = one("input[type=file]", zone);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
});

enhance(document);

/** The price and stock beside a product's name follow the chosen variant. */
document.addEventListener("change", (event) => {
  const { price, was, stock, delivery, save } = event.target.dataset;
  if (event.target.name !== "variant_id" || price === undefined) return;
  const info = event.target.closest(".product-info") ?? document;
  for (const [slot, text] of Object.entries({ price, was, stock, delivery })) {
    const place = one(`[data-slot="${slot}"]`, info);
    if (place && (text || !["stock", "delivery"].includes(slot))) place.textContent = text;
  }
  const badge = one('[data-slot="save"]', info);
  if (badge) {
    badge.hidden = !save;
    if (save && badge.firstElementChild) badge.firstElementChild.textContent = `Save ${save}%`;
  }
});

if (matchMedia("(min-width: 60rem)").matches) all("details[data-open-wide]").forEach((panel) => { panel.open = true; });
