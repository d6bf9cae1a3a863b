/** The page of a product: its pictures, what follows the chosen variant, and the bar that keeps the button in
 * reach. */
import { openDialog } from "./dialogs.js";
import { all, one } from "./elements.js";
import { t } from "./messages.js";

/** Show the picture of a thumbnail, which is a link to it, over the large one. The first picture keeps the size
 * of the frame, so that the page does not move. Answers whether the picture is shown; otherwise the link is
 * followed. */
export function showImage(link) {
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

/** Open all pictures as large as the screen: swiped, stepped through by buttons or arrow keys, enlarged by a
 * click. Answers whether they are shown; otherwise the link is followed. */
export function openZoom(link) {
  const dialog = document.getElementById(link.dataset.uiZoom);
  if (!openDialog(link.dataset.uiZoom)) return false;
  const strip = one("[data-ui-zoom-strip]", dialog);
  all("[data-ui-zoomed]", dialog).forEach((slide) => slide.removeAttribute("data-ui-zoomed"));
  strip.scrollTo({ left: strip.children[Number(link.dataset.uiZoomAt)]?.offsetLeft ?? 0, behavior: "instant" });
  strip.focus();
  return true;
}

/** Go on or back by some pictures. */
export function stepZoom(dialog, by) {
  const strip = one("[data-ui-zoom-strip]", dialog);
  strip.scrollBy({ left: by * strip.clientWidth });
}

/** Enlarge a picture around the place that was pressed, or make it small again. */
export function enlarge(picture, event) {
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

document.addEventListener("keydown", (event) => {
  const zoom = event.target.closest?.("[data-ui-zoom-box]");
  if (zoom && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    event.preventDefault();
    stepZoom(zoom, event.key === "ArrowRight" ? 1 : -1);
  }
  if (zoom && event.key === "Enter" && event.target.matches("[data-ui-zoom-strip]")) {
    const slide = event.target.children[Math.round(Math.abs(event.target.scrollLeft) / event.target.clientWidth)];
    slide?.toggleAttribute("data-ui-zoomed");
  }
});

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
    if (save && badge.firstElementChild) badge.firstElementChild.textContent = t("Save %(percent)s%", { percent: save });
  }
});

/** On a phone the price and the button stay in reach while the form is out of sight. */
for (const bar of all("[data-ui-buy-bar]")) {
  const seen = new Set();
  const watch = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) seen[isIntersecting ? "add" : "delete"](target);
    bar.hidden = seen.size > 0;
  });
  all(bar.dataset.uiBuyBar).forEach((place) => watch.observe(place));
}
