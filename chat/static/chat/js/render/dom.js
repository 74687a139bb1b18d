const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. Strings become text nodes, never markup: what a person typed is safe here.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes]
 *   true: present; false, null and undefined: absent
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

/** @param {string} name of a symbol in icons.html @param {string} [classes] icon-s: 16 px, icon-flip: mirrored in RTL */
export function icon(name, classes = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${classes}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Text for screen readers alone. @param {string} text @param {string} [id] */
export function hiddenText(text, id) {
  return el("span", { class: "vh", id }, text);
}

/**
 * The part of a template that an element works with; a missing one is a mistake in the template.
 *
 * @template {Element} [Type=HTMLElement]
 * @param {ParentNode} root @param {string} selector
 * @param {new () => Type} [type]
 * @returns {Type}
 */
export function one(root, selector, type) {
  const found = root.querySelector(selector);
  if (!(found instanceof (type ?? HTMLElement))) throw new Error(`no ${selector} in the page`);
  return /** @type {Type} */ (/** @type {Element} */ (found));
}

/**
 * @template {Element} [Type=HTMLElement]
 * @param {ParentNode} root @param {string} name of a `data-part` @param {new () => Type} [type]
 * @returns {Type}
 */
export function part(root, name, type) {
  return one(root, `[data-part="${name}"]`, type);
}

/** @param {Event} event @param {string} selector @returns {HTMLElement | null} what was hit, if it fits */
export function hit(event, selector) {
  const target = event.target;
  return target instanceof Element ? target.closest(/** @type {"button"} */ (selector)) : null;
}
