/** Buttons that copy a text, their own or one that the server answers with. */
import { one } from "./elements.js";
import { t } from "./messages.js";
import { toast } from "./toasts.js";

/** Copy the text that the button carries. */
export async function copy(button) {
  const label = one("span", button);
  const before = label?.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.uiCopy);
    if (label) label.textContent = t("Copied");
    toast(t("Copied to the clipboard"), "success");
  } catch {
    toast(t("Copying is not allowed here; select the text instead"), "warning");
  }
  if (label) setTimeout(() => { label.textContent = before; }, 2000);
}

/** Copy the text that an address answers the button's form with. The clipboard is asked at once, with a promise
 * of the text: some browsers allow it only while the press is being handled. */
export async function copyFrom(button) {
  const label = one("span", button);
  const before = label.textContent;
  const answer = send(button.form, button.dataset.uiCopyFrom).then((text) => text.replace(/\r?\n$/, ""));
  button.setAttribute("aria-busy", "true");
  try {
    const blob = answer.then((text) => new Blob([text], { type: "text/plain" }));
    if (window.ClipboardItem) await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    else await navigator.clipboard.writeText(await answer);
    label.textContent = t("Copied");
    const num = Number(button.dataset.uiCopyCount).toLocaleString(document.documentElement.lang || "en");
    toast(t("%(num)s keys copied to the clipboard", { num }), "success");
  } catch {
    toast(t("Copying did not work here; download the file instead"), "warning");
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
