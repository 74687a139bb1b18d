/** @import { Removal } from "../moderation-types.d.ts" */
/** @import { Id, Message, Pending, Tick, User } from "../types.d.ts" */
import { dayKey, t } from "../i18n.js";
import { el } from "../render/dom.js";
import { foldedNode, messageNode } from "../render/message.js";
import { pendingNode } from "../render/pending.js";

/** Messages of one person closer together than this stand as one group, in ms. */
const GROUP = 5 * 60_000;
/** A send that takes longer than this says so, in ms. */
export const LATE = 600;

/**
 * @typedef {object} Row what stands in the timeline, top to bottom
 * @property {string} key
 * @property {string} signature equal: the node drawn before still fits
 * @property {string} day its section
 * @property {string | number} at its moment
 * @property {() => HTMLElement} make
 */

/**
 * @typedef {object} View
 * @property {Message[]} messages
 * @property {Pending[]} pending
 * @property {Tick | null} divider
 * @property {boolean} complete the message before the first one is not merely unloaded
 * @property {User} me
 * @property {ReadonlySet<Id>} blocks whose words are not quoted
 * @property {(message: Message) => boolean} folds those that are drawn without their words
 * @property {(message: Message) => Removal | null} removalOf those that were taken away, for moderators
 * @property {boolean} online
 * @property {number} now ms
 */

/** @param {View} view @returns {Row[]} */
export function rowsOf(view) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {{author: number, at: number, day: string} | null} */
  let before = null;
  let divided = view.divider === null;
  for (const [index, message] of view.messages.entries()) {
    const at = Date.parse(message.sent_at);
    const day = dayKey(message.sent_at);
    if (!divided && message.tick > Number(view.divider) && message.author.id !== view.me.id) {
      divided = true;
      // At the top of a window that goes on above, the line would claim that nothing new lies before it.
      if (index > 0 || view.complete) {
        rows.push({ key: "new", signature: "", day, at, make: newLine });
        before = null;
      }
    }
    const folded = view.folds(message);
    const first = !follows(before, message.author.id, at, day);
    rows.push(folded ? foldedRow(message, day) : messageRow(message, first, day, view));
    before = folded || message.kind === "notice" ? null : { author: message.author.id, at, day };
  }
  for (const pending of view.pending) {
    const day = dayKey(pending.queuedAt);
    const first = !follows(before, view.me.id, pending.queuedAt, day);
    rows.push(pendingRow(pending, first, day, view));
    before = { author: view.me.id, at: pending.queuedAt, day };
  }
  return rows;
}

/** @param {{author: number, at: number, day: string} | null} before @param {number} author @param {number} at ms @param {string} day */
function follows(before, author, at, day) {
  return before !== null && before.author === author && before.day === day && at - before.at <= GROUP;
}

/** @param {Message} message @param {string} day @returns {Row} */
function foldedRow(message, day) {
  return {
    key: `m${message.id}`,
    signature: "folded",
    day,
    at: message.sent_at,
    make: () => foldedNode(message),
  };
}

/** @param {Message} message @param {boolean} first @param {string} day @param {View} view @returns {Row} */
function messageRow(message, first, day, { me, blocks, removalOf }) {
  const { author, reply_to: reply } = message;
  const unquoted = reply !== null && blocks.has(reply.author.id);
  const removal = removalOf(message);
  return {
    key: `m${message.id}`,
    signature: `${message.changed} ${first} ${author.name} ${author.avatar} ${reply?.author.name} ${reply?.excerpt.length} ${unquoted} ${removal !== null}`,
    day,
    at: message.sent_at,
    make: () => messageNode(message, { first, me, unquoted, removal }),
  };
}

/** @param {Pending} pending @param {boolean} first @param {string} day @param {View} view @returns {Row} */
function pendingRow(pending, first, day, { me, online, now }) {
  const late = now - pending.queuedAt >= LATE;
  return {
    key: `p-${pending.ref}`,
    signature: `${pending.state} ${first} ${late} ${online} ${pending.error?.message}`,
    day,
    at: pending.queuedAt,
    make: () => pendingNode(pending, { first, me, late, online }),
  };
}

function newLine() {
  return el(
    "div",
    { class: "new", role: "separator", "aria-label": t("New messages") },
    el("span", { "aria-hidden": "true" }, t("New")),
  );
}
