/** @import { Removal } from "../moderation-types.d.ts" */
/** @import { Message, User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { el } from "./dom.js";

/**
 * In the place of a message that is gone: by whom, and for those who can bring it back, why.
 *
 * @param {Message} message @param {User} me @param {Removal | null} removal known to moderators alone @param {string} id
 */
export function tombstone(message, me, removal, id) {
  const line = el("p", { class: "gone" }, el("span", { id, dir: "auto" }, tombstoneWords(message, me, removal)));
  if (removal)
    line.append(" ", el("button", { class: "btn-link", type: "button", "data-act": "restore" }, t("Restore")));
  return line;
}

/** @param {Message} message @param {User} me @param {Removal | null} [removal] */
export function tombstoneWords({ author, removed }, me, removal = null) {
  const reason = removal?.reason ? ` ${t("“{reason}”", { reason: removal.reason })}` : "";
  if (removed === "automatically") return t("This message was hidden automatically.") + reason;
  const by = removal?.by;
  if (by) {
    if (by.id === me.id) return t("You removed this message.") + reason;
    return t("{name} removed this message.", { name: by.name || by.username }) + reason;
  }
  if (removed) return t("A moderator removed this message.");
  if (author.id === me.id) return t("You deleted this message.");
  return t("{name} deleted this message.", { name: author.name || author.username });
}
