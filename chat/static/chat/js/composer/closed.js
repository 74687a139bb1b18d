/** @import { App } from "../app.js" */
/** @import { Room, User } from "../types.d.ts" */
import { formatDateTime, t } from "../i18n.js";
import { el, icon } from "../render/dom.js";
import { isFormer } from "../render/people.js";
import { attempt } from "../render/refusal.js";
import { mayModerate, othersIn } from "../render/room.js";

/**
 * Why the reader can't write here.
 *
 * @param {App} app @param {Room} room
 * @returns {(Node | string)[] | null} null: they can
 */
export function closedNotice(app, room) {
  if (room.archived) return archived(app, room);
  if (!app.joined) return notJoined(app, room);
  const [other, ...more] = othersIn(room, app.me);
  if (room.kind === "direct" && other && more.length === 0) {
    if (isFormer(other)) return notice("leave", other.name, t("Nobody reads here any more."));
    if (app.client.blocks.has(other.id)) return blocked(app, other);
  }
  if (room.muted_until && Date.parse(room.muted_until) > Date.now()) {
    return [
      ...notice(
        "hush",
        t("You can’t post here until {time}", { time: formatDateTime(room.muted_until) }),
        t("A moderator muted you."),
      ),
      button("btn", t("Why?"), () => app.ask("why-muted")),
    ];
  }
  if (room.locked && !mayModerate(room))
    return notice("lock", t("Room locked"), t("Only moderators can post for now."));
  if (room.announcements && !mayModerate(room))
    return notice("horn", t("This room is for announcements"), t("Only moderators post here. You can react."));
  return null;
}

/** @param {App} app @param {Room} room */
function archived(app, room) {
  const parts = notice("archive", t("This room is archived"), t("You can read everything here. Nobody can post."));
  if (!mayModerate(room)) return parts;
  return [
    ...parts,
    button("btn", t("Restore room"), () => attempt(app.api.changeRoom(room.id, { archived: false }))),
  ];
}

/** @param {App} app @param {Room} room */
function notJoined(app, room) {
  return [
    ...notice(
      "compass",
      t("You’re reading {room}", { room: room.name }),
      t("Join to write here and to hear of new messages."),
    ),
    button("btn btn-main", t("Join"), () => attempt(app.api.join(room.id))),
  ];
}

/** @param {App} app @param {User} other */
function blocked(app, other) {
  return [
    ...notice(
      "block",
      t("You blocked {name}", { name: other.name || other.username }),
      t("Neither of you can write here."),
    ),
    button("btn", t("Unblock"), () => attempt(app.api.unblock(other.id))),
  ];
}

/** @param {string} symbol @param {string} title @param {string} text */
function notice(symbol, title, text) {
  return [icon(symbol), el("div", {}, el("b", {}, title), text)];
}

/** @param {string} classes @param {string} label @param {() => void} run */
function button(classes, label, run) {
  const node = el("button", { class: classes, type: "button" }, label);
  node.addEventListener("click", run);
  return node;
}
