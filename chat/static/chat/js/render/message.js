/** @import { Removal } from "../moderation-types.d.ts" */
/** @import { Message, User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { attachmentNode } from "./attachments.js";
import { avatar } from "./avatar.js";
import { bodyNode } from "./body.js";
import { el, hiddenText, icon } from "./dom.js";
import { quoteLine } from "./quote.js";
import { reactionList } from "./reactions.js";
import { timeLink, timeMark } from "./time.js";
import { tombstone } from "./tombstone.js";

/**
 * @param {Message} message
 * @param {{first: boolean, me: User, unquoted?: boolean, removal?: Removal | null}} context first: it opens a group, so it shows its author;
 *   unquoted: what it answers is by somebody the reader blocks; removal: who took it away, for moderators
 */
export function messageNode(message, { first, me, unquoted = false, removal = null }) {
  if (message.kind === "notice") return noticeNode(message);
  const id = `m${message.id}`;
  const mine = message.author.id === me.id;
  const named = !mine && !message.deleted && (message.everyone || message.mentions.includes(me.id));
  const article = el("article", {
    class: `msg${first ? " is-first" : ""}${named ? " is-mention" : ""}`,
    id,
    tabindex: -1,
    "data-id": message.id,
    "aria-labelledby": `${id}-a ${id}-b ${id}-t`,
  });
  const time = timeLink(message, `${id}-t`);
  if (first) article.append(avatar(message.author), headLine(message.author, time, `${id}-a`));
  else article.append(gutter(message.author, time, `${id}-a`));
  if (message.deleted) article.append(tombstone(message, me, removal, `${id}-b`));
  else article.append(...contentOf(message, me, unquoted, `${id}-b`));
  return article;
}

/** In the place of a message by somebody the reader blocks; a press shows it. @param {Message} message */
export function foldedNode(message) {
  const id = `m${message.id}`;
  return el(
    "article",
    {
      class: "msg is-folded",
      id,
      tabindex: -1,
      "data-id": message.id,
      "aria-labelledby": `${id}-b ${id}-t`,
    },
    el("div", { class: "msg-gutter" }, timeLink(message, `${id}-t`)),
    el(
      "p",
      { class: "gone" },
      el("span", { id: `${id}-b` }, t("Message from someone you blocked.")),
      " ",
      el("button", { class: "btn-link", type: "button", "data-act": "unfold" }, t("Show")),
    ),
  );
}

/** @param {Message} message @param {User} me @param {boolean} unquoted @param {string} bodyId */
function contentOf(message, me, unquoted, bodyId) {
  /** @type {Node[]} */
  const parts = [];
  if (message.reply_to) parts.push(quoteLine(message.room, message.reply_to, unquoted));
  parts.push(bodyNode(message, me, bodyId));
  for (const attachment of message.attachments) parts.push(attachmentNode(attachment));
  if (message.reactions.length > 0) parts.push(reactionList(message.reactions, me));
  return parts;
}

/** @param {User} author @param {Node} time @param {string} id */
export function headLine(author, time, id) {
  const name = author.name || author.username;
  return el(
    "div",
    { class: "msg-head" },
    el(
      "button",
      { class: "msg-author", type: "button", id, "data-user": author.id, "data-username": author.username },
      name,
    ),
    author.bot && el("span", { class: "tag" }, t("bot")),
    time,
  );
}

/** The column beside a message that goes on: its time, on hover. @param {User} author @param {Node} time @param {string} id */
export function gutter(author, time, id) {
  return el("div", { class: "msg-gutter" }, hiddenText(author.name || author.username, id), time);
}

/** What happened in the room, told in one line. @param {Message} message */
function noticeNode(message) {
  const text = el("span", { dir: "auto" });
  text.append(
    el("b", {}, message.author.name || message.author.username),
    " ",
    message.text,
    timeMark(message.sent_at),
  );
  return el(
    "p",
    { class: "msg sys", id: `m${message.id}`, tabindex: -1, "data-id": message.id },
    el("span", { class: "msg-gutter" }, icon("notice", "icon-s")),
    text,
  );
}
