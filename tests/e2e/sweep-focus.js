/** What goes wrong for who uses the keyboard: the order of the focus, whether it is seen, whether changes are told. */
() => {
  const found = [];
  const own = (node) => node.tagName.toLowerCase() + (node.id ? `#${node.id}` : "") + [...node.classList].slice(0, 2).map((one) => `.${one}`).join("");
  const name = (node) => `${own(node.parentElement)} > ${own(node)} “${(node.innerText ?? "").trim().slice(0, 24)}”`;
  const shown = (node) => node.checkVisibility({ checkVisibilityCSS: true, contentVisibilityAuto: true });
  const layer = (node) => {
    for (let at = node; at && at !== document.body; at = at.parentElement) if (["absolute", "fixed", "sticky"].includes(getComputedStyle(at).position)) return at;
    return null;
  };
  const root = document.querySelector("dialog:modal") ?? document;
  const controls = [...root.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")]
    .filter((node) => node.tabIndex >= 0 && !node.matches(":disabled") && shown(node) && !node.closest("[inert]"));
  for (const node of controls) if (node.tabIndex > 0) found.push(`takes the focus out of order: ${name(node)}`);
  const places = controls.map((node) => [node, layer(node), node.getBoundingClientRect()])
    .filter(([node, , box]) => box.width > 2 && box.height > 2 && !(node.type === "radio"));
  for (let at = 1; at < places.length; at += 1) {
    const [[, layerA, a], [node, layerB, b]] = [places[at - 1], places[at]];
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    if (layerA === layerB && across > 4 && b.bottom <= a.top + 1) found.push(`the focus goes back up: ${name(node)}`);
  }
  const looks = (node) => [node, node.nextElementSibling, node.previousElementSibling, node.closest("label"), node.parentElement, node.parentElement?.parentElement]
    .filter(Boolean).flatMap((one) => [getComputedStyle(one), getComputedStyle(one, "::after")]).map((style) => {
      return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor, style.backgroundColor, style.top].join();
    }).join("|");
  const kinds = new Set();
  const before = document.activeElement;
  for (const node of controls) {
    const kind = `${node.tagName}.${node.className}.${node.type ?? ""}.${node.parentElement.className}`;
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    node.blur();
    const plain = looks(node);
    node.focus({ preventScroll: true });
    if (document.activeElement !== node) found.push(`cannot take the focus: ${name(node)}`);
    else if (looks(node) === plain) found.push(`does not show that it has the focus: ${name(node)}`);
  }
  document.activeElement?.blur();
  before?.focus?.({ preventScroll: true });
  if (document.querySelector("[hx-get], [hx-post]") && !document.querySelector("[aria-live], [role=status]")) found.push("changes of this page are told to nobody");
  return found;
}
