/** @import { App } from "../app.js" */
/** @import { Message } from "../types.d.ts" */
import { t } from "../i18n.js";
import { MAX_TEXT } from "../protocol.js";
import { el, one } from "../render/dom.js";
import { phrase } from "../render/phrase.js";
import { attempt } from "../render/refusal.js";

/**
 * Edit a message in place. The painter leaves the article alone until the editing ends.
 *
 * @param {App} app @param {HTMLElement} article @param {Message} message
 * @param {(saved: boolean) => void} ended
 */
export function editInPlace(app, article, message, ended) {
  if (article.classList.contains("is-editing")) return;
  const body = one(article, ".msg-body");
  const form = editForm(message.text);
  const field = one(form, "textarea", HTMLTextAreaElement);
  const end = (/** @type {boolean} */ saved) => {
    form.remove();
    body.hidden = false;
    article.classList.remove("is-editing");
    article.focus({ preventScroll: true });
    ended(saved);
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text === message.text) return end(false);
    if (text && (await attempt(app.client.edit(message.id, text)))) end(true);
  });
  form.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[type=button]")) end(false);
  });
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") end(false);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches)
      return;
    event.preventDefault();
    form.requestSubmit();
  });
  article.classList.add("is-editing");
  body.hidden = true;
  body.after(form);
  field.focus({ preventScroll: true });
  field.setSelectionRange(field.value.length, field.value.length);
  form.scrollIntoView({ block: "nearest" });
}

/** @param {string} text */
function editForm(text) {
  const field = el("textarea", { class: "input", rows: 1, maxlength: MAX_TEXT, "aria-label": t("Edit message") });
  field.value = text;
  const hint = phrase(t("{enter} to save, {escape} to cancel"), {
    enter: el("kbd", {}, "Enter"),
    escape: el("kbd", {}, "Esc"),
  });
  return el(
    "form",
    { class: "edit" },
    field,
    el(
      "div",
      {},
      el("button", { class: "btn btn-main" }, t("Save")),
      el("button", { class: "btn btn-quiet", type: "button" }, t("Cancel")),
      el("span", {}, ...hint),
    ),
  );
}
