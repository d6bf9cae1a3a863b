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
  if (box.dataset.uiTimed) return;
  box.dataset.uiTimed = "yes";
  setTimeout(() => { box.dataset.leaving = ""; setTimeout(() => box.remove(), 350); }, 6000);
}

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog?.showModal || dialog.open) return Boolean(dialog?.open);
  dialog.opener = document.activeElement;
  dialog.showModal();
  moveToasts();
  dialog.addEventListener("close", () => { moveToasts(); dialog.opener?.focus?.(); }, { once: true });
  return true;
}

/** Messages stand in the open dialog: what is outside is inert, below the backdrop and not announced. */
function moveToasts() {
  const region = one("#toasts");
  const home = one("dialog:modal") ?? document.body;
  if (region && region.parentElement !== home) home.append(region);
}

/** Say something to screen readers only. */
function announce(text) {
  const line = document.createElement("p");
  line.className = "sr-only";
  line.textContent = text;
  one("#toasts")?.append(line);
  setTimeout(() => line.remove(), 5000);
}

function announceCart() {
  const total = one("#cart-drawer-body .totals-sum dd") ?? one("#cart-page .totals-sum dd");
  const count = Number(one("#cart-count")?.textContent || 0);
  announce(total && count ? `Your cart: ${count} ${count === 1 ? "item" : "items"}, ${total.textContent}` : "Your cart is empty");
}

async function copy(button) {
  const label = one("span", button);
  const before = label?.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.uiCopy);
    if (label) label.textContent = "Copied";
    toast("Copied to the clipboard", "success");
  } catch {
    toast("Copying is not allowed here; select the text instead", "warning");
  }
  if (label) setTimeout(() => { label.textContent = before; }, 2000);
}

/** Copy the text that an address answers the button's form with. The clipboard is asked at once, with a promise of
 * the text: some browsers allow it only while the press is being handled. */
async function copyFrom(button) {
  const label = one("span", button);
  const before = label.textContent;
  const answer = send(button.form, button.dataset.uiCopyFrom).then((text) => text.replace(/\r?\n$/, ""));
  button.setAttribute("aria-busy", "true");
  try {
    const blob = answer.then((text) => new Blob([text], { type: "text/plain" }));
    if (window.ClipboardItem) await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    else await navigator.clipboard.writeText(await answer);
    label.textContent = "Copied";
    toast(`${Number(button.dataset.uiCopyCount).toLocaleString("en")} keys copied to the clipboard`, "success");
  } catch {
    toast("Copying did not work here; download the file instead", "warning");
  }
  button.removeAttribute("aria-busy");
  setTimeout(() => { label.textContent = before; }, 2000);
}

/** What an address answers a form with, as text; refused when it does not answer well. */
function send(form, address) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("POST", address);
    call.addEventListener("load", () => (call.status === 200 ? resolve(call.responseText) : reject(new Error(call.statusText))));
    call.addEventListener("error", () => reject(new Error("unreachable")));
    call.send(new URLSearchParams(new FormData(form)));
  });
}

function step(button) {
  const input = one("input", button.closest(".stepper"));
  const limit = (name, otherwise) => (input[name] === "" ? otherwise : Number(input[name]));
  const wanted = Number(input.value || 0) + Number(button.dataset.uiStep);
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
  if (navigator.clipboard) all("[data-ui-copy][hidden], [data-ui-copy-from][hidden]", root).forEach((button) => { button.hidden = false; });
  all("[data-ui-theme-switch][hidden]", root).forEach((button) => { button.hidden = false; });
  all("#toasts .toast").forEach(leaveLater);
}

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
  ["[data-ui-close-panel]", (target) => { const panel = target.closest("details"); panel.open = false; one("summary", panel).focus(); }],
  [".facets a.facet-value", (target, event) => { if (isSheet() && !event.metaKey && !event.ctrlKey) { event.preventDefault(); refine(target); } }],
];

const isSheet = () => matchMedia("(max-width: 59.99rem)").matches;

/** The page at an address, or nothing: the policy of the pages lets scripts read HTML by a request only. */
function load(address) {
  return new Promise((resolve) => {
    const call = new XMLHttpRequest();
    call.open("GET", address);
    call.responseType = "document";
    call.setRequestHeader("Accept", "text/html");
    call.addEventListener("load", () => resolve(call.status < 400 ? call.response : null));
    call.addEventListener("error", () => resolve(null));
    call.send();
  });
}

/** On a phone the sheet of filters stays open while the list behind it follows; without a script each filter is a link. */
async function refine(link) {
  const listing = one(".listing");
  const at = all(".facets a.facet-value").indexOf(link);
  const [top, opened] = [one(".facets-body").scrollTop, all(".facets .facet-drop").findIndex((drop) => drop.open)];
  listing.setAttribute("aria-busy", "true");
  const page = await load(link.href);
  const fresh = page && one(".listing", page);
  if (!fresh || !one(".facets", fresh)) { location.assign(link.href); return; }
  one(".facets", fresh).open = true;
  if (opened >= 0) { const drop = all(".facet-drop", fresh)[opened]; if (drop) drop.open = true; }
  listing.replaceWith(document.adoptNode(fresh));
  history.replaceState(history.state, "", link.href);
  one(".facets-body").scrollTop = top;
  all(".facets a.facet-value")[at]?.focus({ preventScroll: true });
  announce(one(".listing-count")?.textContent ?? "");
}

/** Product gallery: a thumbnail is a link to its picture; with a script that picture stands over the large one.
 * The first picture keeps the size of the frame, so that the page does not move. */
function showImage(link) {
  const gallery = link.closest("[data-ui-gallery]");
  const frame = one("[data-ui-gallery-large]", gallery);
  const first = frame && one("img", frame);
  if (!first) return false;
  one("[data-ui-gallery-over]", frame)?.remove();
  const at = Number(link.dataset.uiGalleryImage);
  frame.toggleAttribute("data-ui-covered", at > 0);
  frame.dataset.uiZoomAt = at;
  frame.href = link.href;
  if (at > 0) {
    const over = one("img", link).cloneNode();
    over.sizes = first.sizes;
    over.loading = "eager";
    over.dataset.uiGalleryOver = "";
    first.after(over);
  }
  all("[data-ui-gallery-image]", gallery).forEach((other) => other.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
  return true;
}

/** All pictures as large as the screen: swiped, stepped through by buttons or arrow keys, enlarged by a click. */
function openZoom(link) {
  const dialog = document.getElementById(link.dataset.uiZoom);
  if (!openDialog(link.dataset.uiZoom)) return false;
  const strip = one("[data-ui-zoom-strip]", dialog);
  all("[data-ui-zoomed]", dialog).forEach((slide) => slide.removeAttribute("data-ui-zoomed"));
  strip.scrollTo({ left: strip.children[Number(link.dataset.uiZoomAt)]?.offsetLeft ?? 0, behavior: "instant" });
  strip.focus();
  return true;
}

function stepZoom(dialog, by) {
  const strip = one("[data-ui-zoom-strip]", dialog);
  strip.scrollBy({ left: by * strip.clientWidth });
}

function enlarge(picture, event) {
  const slide = picture.closest("[data-ui-zoom-slide]");
  const box = picture.getBoundingClientRect();
  const across = (event.clientX - box.left) / box.width;
  const down = (event.clientY - box.top) / box.height;
  if (!slide.toggleAttribute("data-ui-zoomed")) return;
  slide.scrollTo({
    left: across * slide.scrollWidth - slide.clientWidth / 2,
    top: down * slide.scrollHeight - slide.clientHeight / 2,
    behavior: "instant",
  });
}

function scrollRail(button) {
  const rail = document.getElementById(button.getAttribute("aria-controls"));
  rail?.scrollBy({ left: Number(button.dataset.uiRail) * rail.clientWidth * 0.8, behavior: "smooth" });
}

// What opens over the page and closes by Escape or a press elsewhere.
const PANELS = "details:is(.menu-pop, .nav-menu, .facet-drop)[open]";

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target instanceof HTMLDialogElement) { closeFromBackdrop(event); return; }
  all(PANELS).filter((panel) => !panel.contains(event.target)).forEach((panel) => { panel.open = false; });
  for (const [selector, act] of actions) {
    const target = event.target.closest(selector);
    if (target) { act(target, event); return; }
  }
});

function closeFromBackdrop(event) {
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) event.target.close();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = all(`${PANELS}${isSheet() ? ", details.facets[open]" : ""}`).at(-1);
    if (open) { open.open = false; one("summary", open).focus(); }
  }
  const zoom = event.target.closest?.("[data-ui-zoom-box]");
  if (zoom && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    event.preventDefault();
    stepZoom(zoom, event.key === "ArrowRight" ? 1 : -1);
  }
  if (zoom && event.key === "Enter" && event.target.matches("[data-ui-zoom-strip]")) {
    const slide = event.target.children[Math.round(Math.abs(event.target.scrollLeft) / event.target.clientWidth)];
    slide?.toggleAttribute("data-ui-zoomed");
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const search = one("[data-ui-search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
});

document.addEventListener("change", (event) => {
  const target = event.target;
  if (target.matches("[data-ui-check-all]")) {
    all("tbody input[type=checkbox][name]", target.closest("table")).forEach((box) => { box.checked = target.checked; });
  }
  if (target.matches("input[type=checkbox]")) showSelection(target);
  if (target.matches("[data-ui-navigate]") && target.value) location.assign(target.value);
  if (target.matches("[data-ui-dropzone] input[type=file]")) showFiles(target);
  const form = target.closest("form[data-ui-autosubmit]");
  if (form) form.requestSubmit();
});

function showSelection(box) {
  const table = box.closest("table");
  if (!table) return;
  const count = all("tbody input[type=checkbox][name]:checked", table).length;
  all("[data-ui-select-bar]").forEach((bar) => { bar.hidden = count === 0; all("[data-ui-select-count]", bar).forEach((slot) => { slot.textContent = String(count); }); });
}

function showFiles(input) {
  const names = [...input.files].map((file) => file.name);
  const slot = one("[data-ui-file-names]", input.closest("[data-ui-dropzone]"));
  if (!slot) return;
  slot.dataset.uiEmpty ??= slot.textContent;
  slot.textContent = names.length > 3 ? `${names.length} files chosen` : names.join(", ") || slot.dataset.uiEmpty;
}

document.addEventListener("input", (event) => {
  const selector = event.target.dataset?.uiFilterInput;
  if (!selector) return;
  const wanted = event.target.value.trim().toLowerCase();
  const list = one(selector);
  if (list) [...list.children].forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(wanted); });
});

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

function release(form) {
  delete form.dataset.uiSent;
  all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
}

addEventListener("pageshow", () => all("form[data-ui-sent]").forEach(release));

document.addEventListener("htmx:config:request", (event) => {
  const token = one('meta[name="csrf-token"]')?.content;
  if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (response?.status < 400 && sourceElement?.dataset.uiOpens) openDialog(sourceElement.dataset.uiOpens);
});

document.addEventListener("htmx:response:error", (event) => {
  const { response, text } = event.detail.ctx;
  if (response.status !== 422 && !text?.includes("#toasts")) toast("That did not work. Please try again.", "destructive");
  takeBack(event);
});

document.addEventListener("htmx:error", (event) => {
  toast("The shop cannot be reached. Check your connection and try again.", "destructive");
  takeBack(event);
});

/** A number that the server did not take is shown no longer. */
function takeBack(event) {
  event.detail.ctx?.sourceElement?.closest?.("form[data-ui-autosubmit]")?.reset();
}

document.addEventListener("htmx:finally:request", (event) => {
  const form = event.detail.ctx.sourceElement?.closest?.("form");
  if (form) release(form);
});

document.addEventListener("htmx:after:swap", () => enhance(document));

// A form inside the cart is gone after its answer, and events of what is gone reach nobody.
let told;
const carts = new MutationObserver(() => { clearTimeout(told); told = setTimeout(() => { enhance(document); announceCart(); }, 50); });
all("#cart-drawer-body, #cart-page").forEach((cart) => carts.observe(cart, { childList: true }));

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

enhance(document);

/** The price and stock beside a product's name follow the chosen variant. */
document.addEventListener("change", (event) => {
  const { price, was, stock, delivery, save } = event.target.dataset;
  if (event.target.name !== "variant_id" || price === undefined) return;
  const address = new URL(location.href);
  address.searchParams.set("variant", event.target.value);
  history.replaceState(history.state, "", address);
  const info = event.target.closest(".product-info") ?? document;
  for (const [slot, text] of Object.entries({ price, was, stock, delivery })) {
    for (const place of all(`[data-slot="${slot}"]`, info)) if (text || !["stock", "delivery"].includes(slot)) place.textContent = text;
  }
  const badge = one('[data-slot="save"]', info);
  if (badge) {
    badge.hidden = !save;
    if (save && badge.firstElementChild) badge.firstElementChild.textContent = `Save ${save}%`;
  }
});

/** A strip of tabs that scrolls shows the one that is open. */
for (const tab of all(".tabs [aria-current]")) {
  const strip = tab.closest(".tabs");
  strip.scrollLeft = tab.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
}

/** On a phone the price and the button stay in reach while the form is out of sight. */
for (const bar of all("[data-ui-buy-bar]")) {
  const seen = new Set();
  const watch = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) seen[isIntersecting ? "add" : "delete"](target);
    bar.hidden = seen.size > 0;
  });
  all(bar.dataset.uiBuyBar).forEach((place) => watch.observe(place));
}

const wide = matchMedia("(min-width: 60rem)");
if (wide.matches) all("details[data-ui-open-wide]").forEach((panel) => { panel.open = true; });
wide.addEventListener("change", () => all(".facets").forEach((panel) => { panel.open = wide.matches; }));
