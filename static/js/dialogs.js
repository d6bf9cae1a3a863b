/** Dialogs over the page: opened by a press or after an htmx answer, closed by a press beside them. */
import { moveToasts } from "./toasts.js";

/** Open a dialog; what had the focus gets it again when the dialog closes. Answers whether the dialog is open
 * now. */
export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog?.showModal || dialog.open) return Boolean(dialog?.open);
  dialog.opener = document.activeElement;
  dialog.showModal();
  moveToasts();
  dialog.addEventListener("close", () => { moveToasts(); dialog.opener?.focus?.(); }, { once: true });
  return true;
}

/** Close the dialog that was pressed, unless the press was inside its box. */
export function closeFromBackdrop(event) {
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) event.target.close();
}

document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (response?.status < 400 && sourceElement?.dataset.uiOpens) openDialog(sourceElement.dataset.uiOpens);
});
