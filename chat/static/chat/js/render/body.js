/** @import { Message, User } from "../types.d.ts" */
import { formatDateTime, t } from "../i18n.js";
import { dressCode } from "./code.js";
import { el } from "./dom.js";

/** @param {Message} message @param {User} me @param {string} id */
export function bodyNode(message, me, id) {
  const body = el("div", { class: "msg-body prose", id, dir: "auto" });
  // The one place where markup enters: the server rendered and sanitised it.
  body.innerHTML = message.html;
  dressCode(body);
  markMentions(body, me);
  nameTables(body);
  if (message.edited_at) {
    const mark = el("span", { class: "edited", title: formatDateTime(message.edited_at) }, t("(edited)"));
    const last = body.lastElementChild;
    (last?.matches("p") ? last : body).append(mark);
  }
  return body;
}

/** @param {string} text as typed, before the server has rendered it @param {string} id */
export function plainBody(text, id) {
  return el("div", { class: "msg-body prose", id, dir: "auto" }, el("p", { class: "is-plain" }, text));
}

/** The rendering is the same for every reader; who "me" is, only the page knows. @param {HTMLElement} body @param {User} me */
function markMentions(body, me) {
  for (const mention of body.querySelectorAll(".mention")) {
    const who = mention.getAttribute("data-user");
    if (who === String(me.id) || who === "room") mention.classList.add("is-me");
  }
}

/** A wide table scrolls by itself instead of widening the room. @param {HTMLElement} body */
function nameTables(body) {
  for (const frame of body.querySelectorAll(".table-scroll")) {
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", t("Table"));
  }
}
