/** @import { App } from "../app.js" */
/** @import { Message } from "../types.d.ts" */
import { t } from "../i18n.js";
import { copy } from "../render/clipboard.js";
import { confirm } from "../render/confirm.js";
import { attempt } from "../render/refusal.js";
import { mayModerate } from "../render/room.js";
import { messageAddress } from "../render/time.js";

/** @typedef {"reply" | "react" | "edit" | "copy" | "link" | "pin" | "unread" | "remove"} Act */

/**
 * What the reader may do with a message: the toolbar, the menu, the sheet and the keys all ask here.
 *
 * @param {App} app @param {Message} message @param {Act} act
 */
export function may(app, message, act) {
  const room = app.state?.info;
  if (!room || message.deleted || message.kind === "notice" || app.folds(message)) return false;
  if (act === "copy" || act === "link") return true;
  if (!app.joined) return false;
  if (act === "unread") return true;
  if (room.archived) return false;
  const mine = message.author.id === app.me.id;
  if (act === "edit") return mine;
  if (act === "remove") return mine || mayModerate(room);
  if (act === "pin") return room.kind === "direct" || mayModerate(room);
  return true;
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

/** @param {App} app @param {Message} message */
export async function remove(app, message) {
  const mine = message.author.id === app.me.id;
  const name = message.author.name || message.author.username;
  const sure = await confirm({
    title: mine ? t("Delete your message?") : t("Remove this message by {name}?", { name }),
    text: t("Its text and files will be gone for everyone. A mark stays where it was."),
    action: mine ? t("Delete") : t("Remove"),
  });
  if (sure) await attempt(app.client.remove(message.id));
}
