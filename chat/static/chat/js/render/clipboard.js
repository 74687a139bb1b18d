import { el } from "./dom.js";
import { toast } from "./toast.js";

/**
 * Copy, and say so.
 *
 * @param {string} text @param {string} done what the toast says
 */
export async function copy(text, done) {
  // Browsers give the clipboard to secure pages alone; in a house network many a site has no certificate.
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else copyBySelection(text);
  toast(done);
}

/** @param {string} text */
function copyBySelection(text) {
  const focused = document.activeElement;
  const field = el("textarea", { class: "vh", readonly: true });
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
}
