/** @import { Notice } from "./notice-types.d.ts" */
/** @import { Member, Message, Page, Reply, Room, User } from "./types.d.ts" */

import { t } from "./i18n.js";

/** Encoders leave out what has its default; here, once, on entry, everything is made to stand. */

/** @param {any} user @returns {User} */
export function normaliseUser(user) {
  // Nobody can call who has no user name: the account was deleted. The server's word for them is English.
  const former = !user.username;
  return {
    id: user.id,
    username: user.username ?? "",
    name: former ? t("Former member") : (user.name ?? ""),
    avatar: user.avatar ?? null,
    bot: user.bot ?? false,
  };
}

/** @param {any} message @returns {Message} */
export function normaliseMessage(message) {
  return {
    id: message.id,
    room: message.room,
    tick: message.tick,
    changed: message.changed ?? message.tick,
    kind: message.kind ?? "text",
    author: normaliseUser(message.author),
    ref: message.ref ?? "",
    text: message.text ?? "",
    html: message.html ?? "",
    sent_at: message.sent_at ?? "",
    edited_at: message.edited_at ?? null,
    deleted: message.deleted ?? false,
    pinned: message.pinned ?? false,
    reply_to: message.reply_to ? normaliseReply(message.reply_to) : null,
    mentions: message.mentions ?? [],
    everyone: message.everyone ?? false,
    reactions: message.reactions ?? [],
    attachments: message.attachments ?? [],
    removed: message.removed ?? "",
  };
}

/** @param {any} reply @returns {Reply} */
function normaliseReply(reply) {
  return {
    id: reply.id,
    tick: reply.tick,
    author: normaliseUser(reply.author),
    excerpt: reply.excerpt ?? "",
  };
}

/** @param {any} member @returns {Member} */
export function normaliseMember(member) {
  return {
    user: normaliseUser(member.user),
    role: member.role ?? "member",
    left: member.left ?? false,
  };
}

/** @param {any} room @returns {Room} */
export function normaliseRoom(room) {
  const people = room.people ? { people: room.people.map(normaliseUser) } : {};
  return { ...room, role: room.role ?? null, muted_until: room.muted_until ?? null, ...people };
}

/** @param {any} notice @returns {Notice} */
export function normaliseNotice(notice) {
  return { ...notice, by: notice.by ? normaliseUser(notice.by) : null };
}

/** @param {any} page @returns {Page} */
export function normalisePage(page) {
  return {
    messages: page.messages.map(normaliseMessage),
    more_before: page.more_before ?? false,
    more_after: page.more_after ?? false,
    clock: page.clock,
  };
}
