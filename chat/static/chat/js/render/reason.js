import { one, part } from "./dom.js";

/**
 * Ask before an act of moderation, and for its reason, which is kept on the record.
 *
 * @param {{title: string, text: string, action: string, needed?: boolean}} words action: what the button does
 * @returns {Promise<string | null>} the reason, empty if none is needed; null: rather not
 */
export function askReason({ title, text, action, needed = false }) {
  const dialog = one(document, "#reason", HTMLDialogElement);
  const field = one(dialog, "input", HTMLInputElement);
  one(dialog, "h2").textContent = title;
  one(dialog, "p").textContent = text;
  one(dialog, "button[value=yes]").textContent = action;
  part(dialog, "optional").hidden = needed;
  field.required = needed;
  field.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const answer = () => resolve(dialog.returnValue === "yes" ? field.value.trim() : null);
    dialog.addEventListener("close", answer, { once: true });
  });
}
