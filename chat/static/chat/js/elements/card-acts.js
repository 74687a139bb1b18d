/** @import { App } from "../app.js" */
/** @import { Id, Member, Role, User } from "../types.d.ts" */
/** @import { StandingSanction } from "../moderation-types.d.ts" */
import { formatDateTime, formatSpan, t } from "../i18n.js";
import { el, icon } from "../render/dom.js";
import { attempt } from "../render/refusal.js";
import { toast } from "../render/toast.js";
import { openHistory } from "./history.js";
import { askBan, askDeactivation, askRemoval, askSignOut, askSiteMute, askWarning } from "./sanction.js";

/** @type {Record<Role, number>} */
const RANK = { member: 0, moderator: 1, owner: 2 };
const SITE_RANK = 3;

/** Minutes. */
const MUTES = [10, 60, 24 * 60, 30 * 24 * 60];

/** @typedef {(symbol: string, label: string, run: () => void, danger?: boolean) => HTMLElement} Item */

/**
 * What the reader may do to a person in the room on screen: nobody acts on somebody of an equal or higher role. Whom
 * the server knows as a moderator of the site it protects by itself.
 *
 * @param {App} app @param {User} user @param {Member | undefined} member of the room @param {Item} item
 * @returns {Node[]}
 */
export function roomActs(app, user, member, item) {
  const { room, state } = app;
  if (!app.moderates || room === null || !state || ownRank(app) <= RANK[member?.role ?? "member"]) return [];
  const inside = member && !member.left;
  return [
    ...(inside ? roleActs(app, member, item) : []),
    separator(),
    muteBox(app, user, room),
    separator(),
    item("alert", t("Warn…"), () => askWarning(app, user)),
    ...(inside ? [item("leave", t("Remove from room…"), () => askRemoval(app, user), true)] : []),
    item("block", t("Ban from room…"), () => askBan(app, user, room), true),
  ];
}

/** What moderators of the site may do beyond a room. @param {App} app @param {User} user @param {Item} item @returns {Node[]} */
export function siteActs(app, user, item) {
  if (!app.moderator) return [];
  return [
    separator(),
    item("file", t("Notes and history"), () => openHistory(app, user)),
    item("hush", t("Mute on the site…"), () => askSiteMute(app, user)),
    item("door", t("Sign out everywhere…"), () => askSignOut(app, user)),
    item("block", t("Ban from the site…"), () => askBan(app, user, null), true),
    item("x", t("Deactivate…"), () => askDeactivation(app, user), true),
  ];
}

/** @param {App} app */
function ownRank(app) {
  return app.moderator ? SITE_RANK : RANK[app.state?.info.role ?? "member"];
}

/** Roles are given by those who have one. @param {App} app @param {Member} member @param {Item} item @returns {Node[]} */
function roleActs(app, { user, role }, item) {
  const mine = app.state?.info.role;
  if (!mine || RANK[mine] <= RANK[role]) return [];
  /** @param {Role} wanted */
  const give = (wanted) => app.room !== null && attempt(app.api.setMember(app.room, user.id, wanted));
  const items = [];
  if (role !== "moderator") items.push(item("shield", t("Make moderator"), () => give("moderator")));
  if (mine === "owner") items.push(item("shield", t("Make owner"), () => give("owner")));
  if (role !== "member") items.push(item("shield", t("Make member"), () => give("member")));
  return [separator(), ...items];
}

/** One press, for it is taken back as easily. @param {App} app @param {User} user @param {Id} room */
function muteBox(app, user, room) {
  const name = user.name || user.username;
  const hint = t("Reason (optional, shown to {name})", { name });
  const reason = el("input", { class: "input", "aria-label": hint, placeholder: hint, maxlength: 500 });
  const choices = el(
    "div",
    { class: "seg", role: "group", "aria-labelledby": "card-mute" },
    ...MUTES.map((minutes) => el("button", { type: "button", "data-minutes": minutes }, formatSpan(minutes * 60))),
  );
  const box = el(
    "div",
    { class: "mute" },
    el("p", { class: "menu-label", id: "card-mute" }, t("Mute in this room")),
    reason,
    choices,
  );
  choices.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLButtonElement)
      mute(app, user, room, Number(target.dataset.minutes), reason.value.trim());
  });
  showStanding(app, user, room, box);
  return box;
}

/** @param {App} app @param {User} user @param {Id} room @param {number} minutes @param {string} reason */
async function mute({ moderation }, user, room, minutes, reason) {
  closeCard();
  if (!(await attempt(moderation.mute(user.id, { room, minutes, reason })))) return;
  const time = formatSpan(minutes * 60, "long");
  toast(t("{name} can’t post here for {time}.", { name: user.name || user.username, time }), {
    label: t("Undo"),
    run: () => attempt(moderation.unmute(user.id, { room })),
  });
}

/** Who is muted already is offered the end of it. @param {App} app @param {User} user @param {Id} room @param {HTMLElement} box */
async function showStanding({ moderation }, user, room, box) {
  const { sanctions } = await moderation.record(user.id, { room }).catch(() => ({ sanctions: [] }));
  const muted = sanctions.find((/** @type {StandingSanction} */ each) => each.kind === "mute");
  if (!muted?.until) return;
  const button = el("button", { class: "btn", type: "button" }, t("Unmute"));
  button.addEventListener("click", () => {
    closeCard();
    attempt(moderation.unmute(user.id, { room }));
  });
  box.prepend(
    el(
      "p",
      { class: "help" },
      icon("hush", "icon-s"),
      t("Muted until {time}", { time: formatDateTime(muted.until) }),
    ),
    button,
  );
}

function closeCard() {
  document.getElementById("person-card")?.hidePopover();
}

function separator() {
  return el("hr", { class: "menu-sep" });
}
