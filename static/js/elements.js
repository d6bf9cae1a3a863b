/** The first element that a selector finds below the root. */
export const one = (selector, root = document) => root.querySelector(selector);

/** All elements that a selector finds below the root. */
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
