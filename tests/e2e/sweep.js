/** What a person would see go wrong on this page at this width: a list of sentences. */
async () => {
  await new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); setTimeout(done, 100); });
  const wide = document.documentElement.clientWidth;
  const found = [];
  const name = (element) => {
    const own = (node) => node.tagName.toLowerCase() + (node.id ? `#${node.id}` : "") + [...node.classList].slice(0, 2).map((one) => `.${one}`).join("");
    return `${element.parentElement ? `${own(element.parentElement)} > ` : ""}${own(element)} “${(element.innerText ?? "").trim().slice(0, 24)}”`;
  };
  const styles = new Map();
  const style = (element) => { if (!styles.has(element)) styles.set(element, getComputedStyle(element)); return styles.get(element); };
  const hidden = (element) => !element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true, contentVisibilityAuto: true });
  /** The nearest part that cuts off or scrolls what is too wide: its contents are within reach, or meant to end there. */
  const holder = (element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement) if (style(at).overflowX !== "visible") return at;
    return null;
  };
  const page = document.documentElement.scrollWidth;
  if (page > wide) found.push(`the page is ${page - wide} px too wide`);

  const open = document.querySelector("dialog:modal");
  const root = open ?? document.body;
  const texts = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim()) continue;
    const element = node.parentElement;
    if (["SCRIPT", "STYLE", "NOSCRIPT", "OPTION", "TITLE", "TEMPLATE", "TEXTAREA", "DESC", "text"].includes(element.tagName) || element.closest(".sr-only, .visually-hidden, .skip, [hidden], svg")) continue;
    if (style(holder(element) ?? element).clipPath !== "none") continue;
    if (hidden(element)) continue;
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    if (boxes.length) texts.push([element, boxes]);
  }
  const told = new Set();
  const tell = (element, text) => { if (!told.has(element)) { told.add(element); found.push(`${text}: ${name(element)}`); } };
  for (const [element, boxes] of texts) {
    const held = holder(element);
    const right = Math.max(...boxes.map((box) => box.right));
    const left = Math.min(...boxes.map((box) => box.left));
    if (!held && (right > wide + 1 || left < -1)) tell(element, `text runs off the screen (${Math.round(left)} to ${Math.round(right)} of ${wide})`);
    if (held && !["auto", "scroll"].includes(style(held).overflowX) && style(held).textOverflow !== "ellipsis" && style(held).webkitLineClamp === "none") {
      const box = held.getBoundingClientRect();
      if (right > box.right + 2 || left < box.left - 2) tell(element, "text is cut off");
    }
    // Broken into single letters: a column so narrow that hardly anything fits.
    const size = parseFloat(style(element).fontSize);
    if (boxes.length > 4 && right - left < size * 2.2 && element.innerText.trim().length > 8) tell(element, "text stands in a column of letters");
  }
  const flat = texts.flatMap(([element, boxes]) => boxes.map((box) => ({ element, box }))).sort((a, b) => a.box.top - b.box.top);
  const layer = (element) => {
    for (let at = element; at && at !== root; at = at.parentElement) if (["absolute", "fixed", "sticky"].includes(style(at).position)) return at;
    return null;
  };
  const layers = new Map(texts.map(([element]) => [element, layer(element)]));
  for (let n = 0; n < flat.length; n += 1) {
    for (let m = n + 1; m < flat.length && flat[m].box.top < flat[n].box.bottom - 4; m += 1) {
      const [a, b] = [flat[n], flat[m]];
      if (a.element === b.element || a.element.contains(b.element) || b.element.contains(a.element) || layers.get(a.element) !== layers.get(b.element)) continue;
      const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      const [holderA, holderB] = [holder(a.element), holder(b.element)];
      if (holderA !== holderB && (holderA || holderB)) continue;
      if (across > 3 && down > Math.min(a.box.height, b.box.height) * 0.45) tell(b.element, `text is printed over ${name(a.element)}`);
    }
  }
  for (const control of root.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (control.closest(".sr-only, .visually-hidden, .skip, [hidden]") || hidden(control)) continue;
    const box = control.getBoundingClientRect();
    if (!box.width || !box.height || holder(control.parentElement)) continue;
    if (box.left < -1 || box.right > wide + 1) tell(control, `a control is off the screen (${Math.round(box.left)} to ${Math.round(box.right)} of ${wide})`);
  }
  return found;
}
