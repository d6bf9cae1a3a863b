/** The product editor: uploads with progress that keep what was typed, rows of variants, a warning on leaving. */
const toast = (text, variant) => document.dispatchEvent(new CustomEvent("mtc:toast", { detail: { text, variant } }));
const one = (selector, root = document) => root.querySelector(selector);
const main = () => document.getElementById("product-form");
let dirty = false;
let leaving = false;
// The guard of all forms against a second press ends after some seconds; an upload may take minutes.
const sending = new WeakSet();

document.addEventListener("input", (event) => { if (event.target.form === main()) dirty = true; });
document.addEventListener("change", (event) => { if (event.target.form === main()) dirty = true; });
addEventListener("beforeunload", (event) => {
  if (!dirty || leaving) return;
  event.preventDefault();
  event.returnValue = main()?.dataset.leaveWarning ?? "";
});
if (one('.alert[data-variant="destructive"]') && main()) dirty = Boolean(one("[data-invalid]", main()));

function send(form, data, onProgress) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("POST", form.getAttribute("action"));
    call.responseType = "document";
    call.setRequestHeader("Accept", "text/html");
    call.upload.addEventListener("progress", (event) => { if (event.lengthComputable) onProgress(event.loaded / event.total); });
    call.addEventListener("load", () => resolve(call));
    call.addEventListener("error", () => reject(new Error("The upload broke off. Check your connection and send the file again.")));
    call.send(data);
  });
}

function bar(form) {
  const box = one("[data-progress]", form);
  if (!box) return () => {};
  box.hidden = false;
  return (name, share) => {
    one("[data-progress-name]", box).textContent = name;
    one("progress", box).value = Math.round(share * 100);
    one("[data-progress-text]", box).textContent = share < 1 ? `${Math.round(share * 100)}%` : "Being stored…";
  };
}

/** With `data-each-file` each file is a request of its own, so that each may have the full size. */
function parts(form, submitter) {
  const input = form.hasAttribute("data-each-file") ? one("input[type=file]", form) : null;
  const files = input ? [...input.files] : [];
  if (files.length < 2) return [[new FormData(form, submitter), files[0]?.name ?? one("input[type=file]", form)?.files[0]?.name ?? ""]];
  return files.map((file) => {
    const data = new FormData(form, submitter);
    data.delete(input.name);
    data.append(input.name, file);
    return [data, file.name];
  });
}

async function inPlace(form, submitter) {
  if (sending.has(form)) return;
  sending.add(form);
  const place = form.dataset.inPlace;
  const focus = submitter?.id;
  const shown = bar(form);
  submitter?.setAttribute("aria-busy", "true");
  let answer = null;
  try {
    for (const [data, name] of parts(form, submitter)) {
      shown(name, 0);
      answer = await send(form, data, (share) => shown(name, share));
      if (answer.status >= 400) break;
    }
  } catch (error) {
    toast(error.message, "destructive");
  }
  const fresh = answer?.response?.getElementById(place);
  if (fresh) swap(place, fresh, answer.response);
  else if (answer) toast(one("h1, .lead, main p", answer.response ?? document)?.textContent ?? "That did not work. Please try again.", "destructive");
  sending.delete(form);
  form.removeAttribute("data-sent");
  submitter?.removeAttribute("aria-busy");
  const progress = one("[data-progress]", form);
  if (progress) progress.hidden = true;
  if (fresh && focus) (document.getElementById(focus) ?? document.getElementById(focus.replace(/^(up|down)/, (way) => (way === "up" ? "down" : "up"))))?.focus();
}

function swap(place, fresh, page) {
  document.getElementById(place).replaceWith(fresh);
  const [mine, theirs] = [one("input[name=version]", main()), one("#product-form input[name=version]", page)];
  // A picture raises the product's version by one; more than that was somebody else, and saving must say so.
  if (mine && theirs && place === "pictures" && Number(theirs.value) === Number(mine.value) + 1) mine.value = theirs.value;
  for (const box of page.querySelectorAll("#toasts .toast")) toast(one("p", box).textContent, box.dataset.variant);
  for (const zone of fresh.querySelectorAll("[data-dropzone]")) dropzone(zone);
}

function dropzone(zone) {
  const mark = (over) => (event) => { event.preventDefault(); zone.toggleAttribute("data-over", over); };
  zone.addEventListener("dragover", mark(true));
  zone.addEventListener("dragleave", mark(false));
  zone.addEventListener("drop", (event) => {
    mark(false)(event);
    const input = one("input[type=file]", zone);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/** A row of variants is added or removed without leaving the page. */
async function rows(form, submitter) {
  const answer = await send(form, new FormData(form, submitter), () => {}).catch(() => null);
  const fresh = answer?.response?.getElementById("product-form");
  form.removeAttribute("data-sent");
  if (!fresh) { toast("That did not work. Please try again.", "destructive"); return; }
  form.replaceWith(fresh);
  dirty = true;
  const sets = fresh.querySelectorAll("fieldset.variant");
  one("input:not([type=hidden])", sets[sets.length - 1])?.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.inPlace) { event.preventDefault(); inPlace(form, event.submitter); return; }
  if (form === main() && event.submitter?.name === "_variants") { event.preventDefault(); rows(form, event.submitter); return; }
  if (form === main()) leaving = true;
});
