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

/** The first page of a new site, for the one person who is there. @param {Room} room @param {User} me @param {string} site */
export function welcome(room, me, site) {
  const name = me.name || me.username;
  return el(
    "div",
    { class: "welcome" },
    el("h2", {}, t("Welcome to {site}, {name}", { site, name })),
    el(
      "p",
      {},
      t("This is {room}, the room all members share. Three small things and your team can start talking.", {
        room: room.name,
      }),
    ),
    el(
      "div",
      { class: "steps" },
      step(
        "add-person",
        t("Invite your team"),
        t("With a link that anyone you give it to can join by."),
        el("a", { class: "btn btn-main", href: "/invites/" }, t("Invite people")),
      ),
      step(
        "hash",
        t("Open a second room"),
        t("One per topic or project keeps conversations short."),
        el("button", { class: "btn", type: "button", "data-open": "new-room" }, t("New room")),
      ),
      step(
        "smile",
        t("Add your name and picture"),
        t("So people know who is talking."),
        el("a", { class: "btn", href: "/accounts/profile/" }, t("Edit profile")),
      ),
    ),
  );
}

/** @param {string} symbol @param {string} title @param {string} help @param {Node} action */
function step(symbol, title, help, action) {
  return el(
    "div",
    { class: "step" },
    icon(symbol),
    el("div", {}, el("b", {}, title), el("span", { class: "help" }, help)),
    action,
  );
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
