/** The filters of a listing: beside the list on a wide screen, a sheet over it on a phone. */
import { all, one } from "./elements.js";
import { announce } from "./toasts.js";

/** Whether the screen is so narrow that the filters are a sheet. */
export const isSheet = () => matchMedia("(max-width: 59.99rem)").matches;

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

/** Follow a filter. On a phone the sheet stays open while the list behind it follows; without a script each
 * filter is a link. */
export async function refine(link) {
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

const wide = matchMedia("(min-width: 60rem)");
if (wide.matches) all("details[data-ui-open-wide]").forEach((panel) => { panel.open = true; });
wide.addEventListener("change", () => all("details[data-ui-open-wide]").forEach((panel) => { panel.open = wide.matches; }));
