import { el, one } from "./dom.js";

const SHOWN = 6000;

/**
 * Say something short over the page for a while.
 *
 * @param {string} text
 * @param {{label: string, run: () => void}} [action] such as Undo
 */
export function toast(text, action) {
  const node = el("div", { class: "toast" }, el("span", {}, text));
  if (action) {
    const button = el("button", { type: "button" }, action.label);
    button.addEventListener("click", () => {
      node.remove();
      action.run();
    });
    node.append(button);
  }
  one(document, ".toasts").append(node);
  setTimeout(() => node.remove(), SHOWN);
}
