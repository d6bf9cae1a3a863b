/** Open the next thing of this page that is closed, one of each kind: what it is, or null when all were open.
 * `again` begins anew, unless a dialog is open, which stays. A dialog is shown as its button would show it. */
(again) => {
  if (again && document.querySelector("dialog:modal")) return null;
  window.sweepOpened = again ? new Set() : window.sweepOpened;
  for (const box of document.querySelectorAll("details[data-sweep]")) { box.open = false; delete box.dataset.sweep; }
  document.querySelector("dialog:modal")?.close();
  for (const box of document.querySelectorAll("details:not([open]), dialog[id]:not([open])")) {
    const summary = box.querySelector(":scope > summary");
    if (summary && !summary.checkVisibility({ checkVisibilityCSS: true })) continue;
    const kind = `${box.tagName.toLowerCase()}.${box.className || box.id.replace(/[0-9a-f-]{8,}/, "…")} in ${box.parentElement.className}`;
    if (window.sweepOpened.has(kind)) continue;
    window.sweepOpened.add(kind);
    if (box.showModal) box.showModal();
    else { box.open = true; box.dataset.sweep = "open"; }
    const wrong = [];
    for (const part of box.showModal ? [box] : [...box.children].slice(1)) {
      const [at, place] = [part.getBoundingClientRect(), getComputedStyle(part).position];
      if (!at.width || !at.height) continue;
      const floats = box.showModal || place === "fixed";
      if (floats && (at.top < -1 || (at.bottom > innerHeight + 1 && at.top > innerHeight / 2))) wrong.push(`${kind} opens at ${Math.round(at.top)} to ${Math.round(at.bottom)} of ${innerHeight}`);
      if (at.left < -1 || at.right > document.documentElement.clientWidth + 1) wrong.push(`${kind} opens at ${Math.round(at.left)} to ${Math.round(at.right)} across`);
      const button = summary?.getBoundingClientRect();
      if (place === "absolute" && (at.top - button.bottom > 100 || button.top - at.bottom > 100)) wrong.push(`${kind} opens away from its button`);
    }
    return { kind, wrong };
  }
  return null;
}
