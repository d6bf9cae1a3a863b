/** Tables whose rows are chosen, and lists that a field filters. */
import { all, one } from "./elements.js";

document.addEventListener("change", (event) => {
  const target = event.target;
  if (target.matches("[data-ui-check-all]")) {
    all("tbody input[type=checkbox][name]", target.closest("table")).forEach((box) => { box.checked = target.checked; });
  }
  if (target.matches("input[type=checkbox]")) showSelection(target);
});

function showSelection(box) {
  const table = box.closest("table");
  if (!table) return;
  const count = all("tbody input[type=checkbox][name]:checked", table).length;
  all("[data-ui-select-bar]").forEach((bar) => { bar.hidden = count === 0; all("[data-ui-select-count]", bar).forEach((slot) => { slot.textContent = String(count); }); });
}

document.addEventListener("input", (event) => {
  const selector = event.target.dataset?.uiFilterInput;
  if (!selector) return;
  const wanted = event.target.value.trim().toLowerCase();
  const list = one(selector);
  if (list) [...list.children].forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(wanted); });
});
