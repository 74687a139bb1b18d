/** @import { Reaction, User } from "../types.d.ts" */
import { t, tn } from "../i18n.js";
import { el, hiddenText, icon } from "./dom.js";

/** @param {Reaction[]} reactions @param {User} me */
export function reactionList(reactions, me) {
  return el(
    "ul",
    { class: "reacts", "aria-label": t("Reactions") },
    ...reactions.map((reaction) => el("li", {}, reactionButton(reaction, me))),
    el(
      "li",
      {},
      el(
        "button",
        { class: "react is-add", type: "button", "data-act": "react", "aria-label": t("Add a reaction") },
        icon("react", "icon-s"),
      ),
    ),
  );
}

/** @param {Reaction} reaction @param {User} me */
function reactionButton({ emoji, users }, me) {
  const mine = users.includes(me.id);
  const label = mine
    ? tn("{n} reacted with {emoji}: you", "{n} reacted with {emoji}, including you", users.length, { emoji })
    : tn("{n} reacted with {emoji}", "{n} reacted with {emoji}", users.length, { emoji });
  return el(
    "button",
    {
      class: "react",
      type: "button",
      "data-act": "toggle",
      "data-emoji": emoji,
      "aria-pressed": mine ? "true" : "false",
    },
    el("span", { class: "emoji", "aria-hidden": "true" }, emoji),
    el("span", { "aria-hidden": "true" }, String(users.length)),
    hiddenText(label),
  );
}
