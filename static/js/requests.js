/** What htmx leaves to the page: the CSRF header, a sentence when a request fails, forms that may be sent
 * again. */
import { enhance } from "./controls.js";
import { one } from "./elements.js";
import { release } from "./forms.js";
import { t } from "./messages.js";
import { toast } from "./toasts.js";

document.addEventListener("htmx:config:request", (event) => {
  const token = one('meta[name="csrf-token"]')?.content;
  if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:response:error", (event) => {
  const { response, text } = event.detail.ctx;
  if (response.status !== 422 && !text?.includes("#toasts")) toast(t("That did not work. Please try again."), "destructive");
  takeBack(event);
});

document.addEventListener("htmx:error", (event) => {
  toast(t("The shop cannot be reached. Check your connection and try again."), "destructive");
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
