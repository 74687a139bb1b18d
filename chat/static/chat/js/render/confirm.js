import { one } from "./dom.js";

/**
 * Ask before something that cannot be undone.
 *
 * @param {{title: string, text: string, action: string}} words action: what the button does
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text, action }) {
  const dialog = one(document, "#confirm", HTMLDialogElement);
  one(dialog, "h2").textContent = title;
  one(dialog, "p").textContent = text;
  one(dialog, "button[value=yes]").textContent = action;
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
