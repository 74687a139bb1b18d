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
  place().append(node);
  setTimeout(() => node.remove(), SHOWN);
}

/** A dialog covers the page and takes the keyboard from it, so what is said during one is said in it. */
function place() {
  const dialog = [...document.querySelectorAll("dialog:modal")].at(-1);
  if (!dialog) return one(document, "body > .toasts");
  const found = dialog.querySelector(".toasts") ?? el("div", { class: "toasts", role: "status" });
  dialog.append(found);
  return found;
}
