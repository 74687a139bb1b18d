/** @import { Room, User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { el, icon } from "./dom.js";
import { iconOf, roomName } from "./room.js";

/** What stands above the first message. @param {Room} room @param {User} me */
export function roomStart(room, me) {
  const name = roomName(room, me);
  const text =
    room.kind === "direct" ? t("This is where your conversation begins.") : t("This is where the room begins.");
  return el("div", { class: "start" }, el("h2", {}, icon(iconOf(room)), name), el("p", {}, text));
}

/** @param {string} name of the room that the reader is no longer in, or empty: it was never theirs */
export function lostRoom(name) {
  return el(
    "div",
    { class: "empty", role: "status" },
    el("h2", {}, name ? t("You’re no longer in {room}", { room: name }) : t("This room can’t be opened")),
    el("p", {}, name ? t("You left it, or were removed from it.") : t("It doesn’t exist, or you’re not in it.")),
    el(
      "div",
      { class: "acts" },
      el("button", { class: "btn btn-main", type: "button", "data-open": "browse" }, t("Browse rooms")),
    ),
  );
}
