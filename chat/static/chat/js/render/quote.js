/** @import { Id, Reply } from "../types.d.ts" */
import { t } from "../i18n.js";
import { el, hiddenText } from "./dom.js";
import { messageAddress } from "./time.js";

/**
 * The line above a reply: whom and what it answers. It leads there.
 * @param {Id} room @param {Reply} reply @param {boolean} [unquoted] without the words
 */
export function quoteLine(room, reply, unquoted = false) {
  const words = unquoted ? t("Message from someone you blocked.") : reply.excerpt;
  return el(
    "a",
    { class: "quote-line", href: messageAddress({ id: reply.id, room }), "data-tick": reply.tick },
    hiddenText(t("In reply to")),
    el("b", {}, reply.author.name || reply.author.username),
    el("span", { dir: "auto" }, words || t("This message was deleted.")),
  );
}
