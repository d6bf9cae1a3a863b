/** The product editor: uploads with progress beside a form whose edits stay, rows of variants, a warning on leaving. */
import { all, one } from "./elements.js";
import { t } from "./messages.js";
import { toast } from "./toasts.js";

const main = () => document.getElementById("product-form");
/** Uploads and changes on their way, by what they change; a second press waits for the first one's answer. */
const running = new Map();
let leaving = false;

/** What Save sends: the form's own controls and the names of files, not what each part sends by itself. */
const isSaved = (field) => field.name && (!field.closest("[data-ui-part]") || field.name.startsWith("rename-"));

function isChanged(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (!field.options) return field.type !== "hidden" && field.type !== "file" && "defaultValue" in field && field.value !== field.defaultValue;
  const options = [...field.options];
  if (!field.multiple && !options.some((option) => option.defaultSelected)) return field.selectedIndex > 0;
  return options.some((option) => option.selected !== option.defaultSelected);
}

const isEdited = () => Boolean(main()) && (main().hasAttribute("data-ui-unsaved") || [...main().elements].some((field) => isSaved(field) && isChanged(field)));
const chosen = () => all("[data-ui-part] input[type=file]").filter((input) => input.files.length);

function showState() {
  const state = one("[data-ui-save-state]");
  if (!state) return;
  state.textContent = running.size ? t("Uploading…") : chosen().length ? t("Files are not uploaded yet") : t("Unsaved changes");
  state.hidden = !(running.size || chosen().length || isEdited());
}

for (const name of ["input", "change", "reset"]) document.addEventListener(name, () => setTimeout(showState));
addEventListener("pageshow", () => { leaving = false; showState(); });
addEventListener("beforeunload", (event) => {
  if (!leaving && (running.size || chosen().length || isEdited())) event.preventDefault();
});

function send(url, data, onProgress, onStart) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("POST", url);
    call.responseType = "document";
    call.setRequestHeader("Accept", "text/html");
    call.upload.addEventListener("progress", (event) => { if (event.lengthComputable) onProgress(event.loaded / event.total); });
    call.addEventListener("load", () => resolve(call));
    call.addEventListener("error", () => reject(new Error(t("The upload broke off. Check your connection and send the file again."))));
    call.addEventListener("abort", () => reject(new Error(t("The upload was stopped."))));
    onStart?.(call);
    call.send(data);
  });
}

function bar(part) {
  const box = one("[data-ui-progress]", part);
  if (!box) return () => {};
  box.hidden = false;
  return (name, share) => {
    one("[data-ui-progress-name]", box).textContent = name;
    one("progress", box).value = Math.round(share * 100);
    one("[data-ui-progress-text]", box).textContent = share < 1 ? `${Math.round(share * 100)}%` : t("Being stored…");
  };
}

/** The requests of one press: with `data-ui-each-file` each file is one of its own, so that each may have the full size. */
function requests(part, button) {
  const fields = all("input, select, textarea", part);
  const data = (files) => {
    const made = new FormData();
    made.append("csrf_token", one("input[name=csrf_token]", main()).value);
    if (button.name) made.append(button.name, button.value);
    for (const field of fields) if (field.type !== "file") made.append(field.name, field.value);
    for (const [name, file] of files) made.append(name, file);
    return made;
  };
  const files = fields.filter((field) => field.type === "file").flatMap((field) => [...field.files].map((file) => [field.name, file]));
  if (!part.hasAttribute("data-ui-each-file") || files.length < 2) return [[data(files), files.map(([, file]) => file.name).join(", ")]];
  return files.map((file, number) => {
    const made = data([file]);
    made.append("sent_before", number);
    return [made, t("%(number)s of %(count)s: %(name)s", { number: number + 1, count: files.length, name: file[1].name })];
  });
}

function tooLarge(part) {
  for (const input of all("input[type=file]", part)) {
    const most = Number(input.dataset.uiLargest || Infinity);
    const file = [...input.files].find((each) => each.size > most * 2 ** 20);
    if (!file) continue;
    const size = Math.ceil(file.size / 2 ** 20).toLocaleString(document.documentElement.lang);
    return t("“%(name)s” has %(size)s MB. It may have at most %(most)s MB.", { name: file.name, size, most });
  }
  return "";
}

/** Send one part of the page and show what has come of it; answers whether it worked. */
async function change(part, button) {
  const place = button.dataset.uiInPlace;
  if (running.has(part)) return running.get(part);
  const problem = tooLarge(part);
  if (problem) { toast(problem, "destructive"); return false; }
  const job = sendPart(part, button, place).finally(() => { running.delete(part); showState(); });
  running.set(part, job);
  showState();
  return job;
}

async function sendPart(part, button, place) {
  const shown = bar(part);
  button.setAttribute("aria-busy", "true");
  let answer = null;
  let problem = "";
  const wanted = requests(part, button);
  const inputs = all("input[type=file]", part);
  for (const input of inputs) input.disabled = true; // what is chosen meanwhile would be lost with the old card
  try {
    for (const [data, name] of wanted) {
      shown(name, 0);
      answer = await send(button.formAction.split("#")[0], data, (share) => shown(name, share), (call) => { part.stop = () => call.abort(); });
      if (answer.status >= 400) break;
    }
  } catch (error) {
    problem = error.message;
  }
  const fresh = answer?.response?.getElementById(place);
  if (fresh) swap(place, fresh, answer.response, problem ? null : part);
  else if (answer) problem = one("h1 + p, .lead, main p", answer.response ?? document.createElement("p"))?.textContent || t("That did not work. Please try again.");
  if (problem) toast(problem, "destructive");
  for (const input of inputs) input.disabled = false;
  button.removeAttribute("aria-busy");
  const progress = one("[data-ui-progress]", part);
  if (progress) progress.hidden = true;
  if (fresh) focusAgain(button.id, part);
  return Boolean(fresh) && !problem && answer.status < 400;
}

function focusAgain(id, part) {
  if (document.activeElement && document.activeElement !== document.body && !part.contains(document.activeElement)) return;
  const other = id.replace(/^(up|down)/, (way) => (way === "up" ? "down" : "up"));
  (document.getElementById(id) ?? document.getElementById(other))?.focus({ preventScroll: true });
}

/** Put the fresh card in the place of the old one; what was typed or chosen elsewhere in it stays. */
function swap(place, fresh, page, sent) {
  const old = document.getElementById(place);
  for (const field of all("input, select, textarea", old)) {
    const same = field.id && fresh.querySelector(`#${CSS.escape(field.id)}`);
    if (!same || sent?.contains(field)) continue;
    if (field.type !== "file") { if (isChanged(field)) same.value = field.value; continue; }
    same.files = field.files;
    const [mine, theirs] = [one("[data-ui-file-names]", field.parentElement), one("[data-ui-file-names]", same.parentElement)];
    if (mine && theirs) theirs.textContent = mine.textContent;
  }
  for (const details of all("details[open][id]", old)) {
    const same = fresh.querySelector(`#${CSS.escape(details.id)}`);
    if (same && !(sent && details.contains(sent))) same.open = true;
  }
  keepRunning(old, fresh, sent);
  old.replaceWith(fresh);
  const [mine, theirs] = [one("input[name=version]", main()), one("#product-form input[name=version]", page)];
  // A picture raises the product's version by one; more than that was somebody else, and saving must say so.
  if (mine && theirs && place === "pictures" && Number(theirs.value) === Number(mine.value) + 1) mine.value = theirs.value;
  for (const box of all("#toasts .toast", page)) toast(one("p", box).textContent, box.dataset.variant);
}

/** A part whose upload is on its way moves to the fresh card with its progress. */
function keepRunning(old, fresh, sent) {
  for (const part of running.keys()) {
    if (part === sent) continue;
    const button = old.contains(part) && one("button[id][data-ui-in-place]", part);
    const same = button && fresh.querySelector(`#${CSS.escape(button.id)}`)?.closest("[data-ui-part]");
    if (same && !one("[data-ui-progress]", part)?.hidden) same.replaceWith(part);
  }
}

/** A row of variants or of a field is added or removed without leaving the page. */
async function rows(form, button) {
  const data = new FormData(form, button);
  for (const input of all("[data-ui-part] input")) data.delete(input.name);
  const [url, place] = (button.getAttribute("formaction") || form.getAttribute("action")).split("#");
  const before = button.getBoundingClientRect().top;
  const answer = await send(url, data, () => {}).catch(() => null);
  const fresh = answer?.response?.getElementById("product-form");
  if (!fresh) { button.removeAttribute("aria-busy"); toast(t("That did not work. Please try again."), "destructive"); return; }
  form.replaceWith(fresh);
  showState();
  const same = all("button[name]", fresh).find((each) => each.name === button.name && each.value === button.value);
  if (same) scrollBy({ top: same.getBoundingClientRect().top - before, behavior: "instant" });
  const row = place && fresh.querySelector(`#${CSS.escape(place)}`);
  (row ? one("input:not([type=hidden])", row) : same)?.focus();
}

/** Save also sends the files that were chosen, and waits for those on their way. */
async function saveAll(form, button) {
  button?.setAttribute("aria-busy", "true");
  const done = await Promise.all(running.values());
  for (const input of done.includes(false) ? [] : chosen()) {
    const part = input.closest("[data-ui-part]");
    if (!(await change(part, one("button[data-ui-in-place]", part)))) done.push(false);
  }
  button?.removeAttribute("aria-busy");
  if (done.includes(false)) return;
  leaving = true;
  form.requestSubmit(button);
}

document.addEventListener("submit", (event) => {
  const [form, button] = [event.target, event.submitter];
  if (form !== main()) return;
  const part = button?.closest("[data-ui-part]");
  const isRow = button?.name === "_variants" || button?.name === "_op";
  if (part || isRow || running.size || chosen().length) {
    event.preventDefault();
    form.removeAttribute("data-ui-sent"); // the guard of all forms against a second press would hold Save back
    if (!part) button?.removeAttribute("aria-busy");
    if (part) change(part, button);
    else if (isRow) rows(form, button);
    else saveAll(form, button);
    return;
  }
  leaving = true;
});

document.addEventListener("click", (event) => { event.target.closest?.("[data-ui-stop]")?.closest("[data-ui-part]")?.stop?.(); });

/** Enter in a field of a part presses that part's button, not Save. */
document.addEventListener("keydown", (event) => {
  const part = event.key === "Enter" && event.target.matches?.("input:not([type=file])") && event.target.closest("[data-ui-part]");
  if (!part) return;
  event.preventDefault();
  one("button[data-ui-in-place]", part)?.click();
});

showState();
