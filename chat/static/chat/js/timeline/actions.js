/** @import { App } from "../app.js" */
/** @import { Message } from "../types.d.ts" */
import { t } from "../i18n.js";
import { copy } from "../render/clipboard.js";
import { confirm } from "../render/confirm.js";
import { isFormer } from "../render/people.js";
import { attempt } from "../render/refusal.js";
import { messageAddress } from "../render/time.js";

/**
 * @typedef {"reply" | "react" | "edit" | "copy" | "link" | "pin" | "unread" | "report" | "mute" | "restore" | "remove"} Act
 */

/**
 * What the reader may do with a message: the toolbar, the menu, the sheet and the keys all ask here.
 *
 * @param {App} app @param {Message} message @param {Act} act
 */
export function may(app, message, act) {
  const room = app.state?.info;
  if (!room || message.kind === "notice" || app.folds(message)) return false;
  const mine = message.author.id === app.me.id;
  // What its author deleted is gone for good.
  if (message.deleted || act === "restore")
    return act === "restore" && message.removed !== "" && !mine && app.moderates;
  if (act === "copy" || act === "link") return true;
  if (act === "report") return !mine;
  if (act === "remove" && !mine) return app.moderates;
  if (act === "mute") return !mine && app.moderates && !isFormer(message.author);
  if (!app.joined) return false;
  if (act === "unread") return true;
  if (room.archived) return false;
  if (act === "edit" || act === "remove") return mine;
  if (act === "pin") return room.kind === "direct" || app.moderates;
  return true;
}

/** @param {App} app @param {Message} message */
export function mayAnything(app, message) {
  return may(app, message, "link") || may(app, message, "restore");
}

/** @param {Message} message */
export async function copyText(message) {
  await copy(message.text, t("Text copied."));
}

/** @param {Message} message */
export async function copyLink(message) {
  await copy(new URL(messageAddress(message), location.href).href, t("Link copied."));
}

/** @param {App} app @param {Message} message */
export async function togglePin(app, message) {
  await attempt(app.client.pin(message.id, !message.pinned));
}

/** @param {App} app @param {Message} message */
export async function markUnread(app, message) {
  await attempt(app.client.markUnread(message.room, message.tick));
}

/** @param {App} app @param {Message} message @param {string} emoji */
export async function toggleReaction(app, message, emoji) {
  const mine = message.reactions.some((each) => each.emoji === emoji && each.users.includes(app.me.id));
  await attempt(app.client.react(message.id, emoji, !mine));
}

/** What is one's own goes for good. @param {App} app @param {Message} message */
export async function remove(app, message) {
  const sure = await confirm({
    title: t("Delete your message?"),
    text: t("Its text and files will be gone for everyone. A mark stays where it was."),
    action: t("Delete"),
  });
  if (sure) await attempt(app.client.remove(message.id));
}
