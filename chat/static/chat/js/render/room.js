/** @import { PresenceState, Room, RoomState, User } from "../types.d.ts" */
import { formatList, t, tn } from "../i18n.js";
import { avatar, groupAvatar } from "./avatar.js";
import { el, hiddenText, icon } from "./dom.js";

/** @param {Room} room @param {User} me @returns {string} what the reader calls it */
export function roomName(room, me) {
  if (room.kind !== "direct") return room.name;
  const [first, ...more] = othersIn(room, me).map((user) => user.name || user.username);
  if (first === undefined) return t("{name} (you)", { name: me.name || me.username });
  return more.length === 0 ? first : formatList([first, ...more].map(shortName));
}

/** Whole names of several people would fill the list's width with the first. @param {string} name */
function shortName(name) {
  return name.split(/\s/u, 1)[0] ?? name;
}

/** @param {Room} room @param {User} me */
export function othersIn(room, me) {
  return (room.people ?? []).filter((user) => user.id !== me.id);
}

/** @param {RoomState} state @param {User} me @returns {PresenceState | "offline" | null} null: not between two people */
export function presenceIn(state, me) {
  const others = othersIn(state.info, me);
  const [other, ...more] = others;
  if (state.info.kind !== "direct" || !other || more.length > 0) return null;
  return state.presence.get(other.id) ?? "offline";
}

/** What stands before a room's name in a list. @param {RoomState} state @param {User} me @param {20 | 24} size px */
export function roomMark(state, me, size) {
  const room = state.info;
  if (room.kind !== "direct") return icon(iconOf(room), size === 20 ? "icon-s" : "");
  const others = othersIn(room, me);
  if (others.length > 1) return groupAvatar(others.length);
  return avatar(others[0] ?? me, { size, presence: presenceIn(state, me) ?? "online" });
}

/** @param {Room} room */
export function iconOf(room) {
  if (room.archived) return "archive";
  if (room.kind === "direct") return "people";
  return room.kind === "private" ? "lock" : "hash";
}

/** @param {Room} room @returns {boolean} may remove messages, rename, archive … */
export function mayModerate(room) {
  return room.kind !== "direct" && (room.role === "owner" || room.role === "moderator");
}

/** What is unread, as it stands behind the name. @param {Room} room @returns {Node[]} */
export function badge(room) {
  const { unread, mentions, kind } = room;
  if (unread === 0) return [];
  const mention = mentions > 0 || kind === "direct";
  const shown = unread >= 1000 ? "999+" : String(unread);
  const words =
    mentions > 0 ? tn("{n} mention", "{n} mentions", mentions) : tn("{n} unread", "{n} unread", unread);
  return [
    el(
      "span",
      { class: `badge${mention ? " badge-mention" : ""}` },
      el("span", { "aria-hidden": "true" }, mentions > 0 && kind !== "direct" ? `@${mentions}` : shown),
      hiddenText(words),
    ),
  ];
}
