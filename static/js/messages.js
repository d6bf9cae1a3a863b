/** Sentences in the language of the page, which carries those that scripts say as JSON; in English it carries none. */
import { one } from "./elements.js";

const data = one("#messages");
const known = data ? JSON.parse(data.textContent) : {};

/** The sentence in the language of the page, with the values in the place of %(name)s. */
export function t(sentence, values = {}) {
  return (known[sentence] ?? sentence).replace(/%\((\w+)\)s/g, (mark, name) => values[name] ?? mark);
}
