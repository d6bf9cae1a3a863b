/** The cart, in its drawer and on its page: what changed is told to screen readers, too. */
import { enhance } from "./controls.js";
import { all, one } from "./elements.js";
import { t } from "./messages.js";
import { announce } from "./toasts.js";

function announceCart() {
  const total = one("#cart-drawer-body .totals-sum dd") ?? one("#cart-page .totals-sum dd");
  const count = Number(one("#cart-count")?.textContent || 0);
  if (!total || !count) { announce(t("Your cart is empty")); return; }
  const values = { count, total: total.textContent };
  announce(count === 1 ? t("Your cart: %(count)s item, %(total)s", values) : t("Your cart: %(count)s items, %(total)s", values));
}

// A form inside the cart is gone after its answer, and events of what is gone reach nobody.
let told;
const carts = new MutationObserver(() => { clearTimeout(told); told = setTimeout(() => { enhance(document); announceCart(); }, 50); });
all("#cart-drawer-body, #cart-page").forEach((cart) => carts.observe(cart, { childList: true }));
