/** Passkeys: the form's button asks the browser, puts the answer into the form and sends it as any other form. */
import { all } from "./elements.js";
import { release } from "./forms.js";
import { t } from "./messages.js";

const problems = {
  NotAllowedError: t("Nothing was chosen, or it took too long. Try again."),
  InvalidStateError: t("This device has a passkey of this account already."),
  SecurityError: t("Passkeys work only at the platform's own address."),
};

async function options(form) {
  const token = form.elements.namedItem("csrf_token")?.value ?? "";
  const answer = await fetch(form.dataset.uiOptions, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": token },
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error ?? t("That did not work. Reload the page and try again."));
  return told;
}

async function ask(form) {
  const told = await options(form);
  if (form.dataset.uiPasskey === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(told);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(told);
  return navigator.credentials.get({ publicKey });
}

function say(form, text) {
  const line = form.querySelector("[data-ui-passkey-problem]");
  line.textContent = text;
  line.hidden = text === "";
}

async function send(event) {
  const form = event.currentTarget;
  event.preventDefault();
  event.stopPropagation();
  const button = form.querySelector("button");
  button.disabled = true;
  say(form, "");
  try {
    const made = await ask(form);
    form.elements.namedItem("credential").value = JSON.stringify(made.toJSON());
    form.submit();
  } catch (error) {
    say(form, problems[error.name] ?? error.message);
    button.disabled = false;
    release(form);
  }
}

const able = typeof PublicKeyCredential === "function" && "parseRequestOptionsFromJSON" in PublicKeyCredential;
for (const form of all("form[data-ui-passkey]")) {
  form.hidden = !able;
  form.addEventListener("submit", send);
}
for (const line of all("[data-ui-no-passkey]")) line.hidden = able;
