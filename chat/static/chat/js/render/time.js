/** @import { Message, Time } from "../types.d.ts" */
import { formatDateTime, formatTime } from "../i18n.js";
import { el } from "./dom.js";

/** The time of a message, which is also its address. @param {Message} message @param {string} [id] */
export function timeLink(message, id) {
  return el(
    "a",
    { class: "msg-time", id, href: messageAddress(message), title: formatDateTime(message.sent_at) },
    el("time", { datetime: message.sent_at }, formatTime(message.sent_at)),
  );
}

/** @param {Time} time */
export function timeMark(time) {
  return el("time", { class: "msg-time", datetime: time, title: formatDateTime(time) }, formatTime(time));
}

/** @param {{id: number, room: number}} message */
export function messageAddress(message) {
  return `/rooms/${message.room}/?at=${message.id}`;
}
