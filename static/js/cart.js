/** The cart, in its drawer and on its page: what changed is told to screen readers, too. */
import { enhance } from "./controls.js";
import { all, one } from "./elements.js";
import { announce } from "./toasts.js";

function announceCart() {
  const total = one("#cart-drawer-body .totals-sum dd") ?? one("#cart-page .totals-sum dd");
  const count = Number(one("#cart-count")?.textContent || 0);
  announce(total && count ? `Your cart: ${count} ${count === 1 ? "item" : "items"}, ${total.textContent}` : "Your cart is empty");
}

// A form inside the cart is gone after its answer, and events of what is gone reach nobody.
let told;
const carts = new MutationObserver(() => { clearTimeout(told); told = setTimeout(() => { enhance(document); announceCart(); }, 50); });
all("#cart-drawer-body, #cart-page").forEach((cart) => carts.observe(cart, { childList: true }));
