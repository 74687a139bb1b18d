/** @import { App } from "../app.js" */
/** @import { User } from "../types.d.ts" */
import { formatSpan, t, tn } from "../i18n.js";
import { ask } from "./sanction-dialog.js";

const HOUR = 60;
const DAY = 24 * HOUR;
/** Minutes; 0: for good. */
const BANS = [DAY, 7 * DAY, 30 * DAY, 0];
const MUTES = [10, HOUR, DAY, 7 * DAY, 30 * DAY];

/** Tell somebody privately what they should not do. @param {App} app @param {User} user */
export function askWarning(app, user) {
  const { room, moderation } = app;
  ask({
    title: t("Warn {name}", namely(user)),
    text: t("They are told in private, as a notice from the moderators. Nobody else sees it."),
    action: t("Warn"),
    needsReason: true,
    run: async ({ reason }) => {
      await moderation.warn(user.id, { reason, ...inRoom(room) });
      return t("{name} was warned.", namely(user));
    },
  });
}

/** @param {App} app @param {User} user */
export function askRemoval(app, user) {
  const { room, api } = app;
  ask({
    title: t("Remove {name} from this room?", namely(user)),
    text: t("What they wrote stays. They can’t read on from now."),
    action: t("Remove"),
    needsReason: false,
    run: async ({ reason }) => {
      if (room !== null) await api.removeMember(room, user.id, reason);
      return t("{name} was removed.", namely(user));
    },
  });
}

/** @param {App} app @param {User} user @param {number | null} room null: from the whole site */
export function askBan(app, user, room) {
  const { moderation } = app;
  ask({
    title:
      room === null ? t("Ban {name} from the site?", namely(user)) : t("Ban {name} from this room?", namely(user)),
    text:
      room === null
        ? t("They are signed out at once and can’t sign in while the ban lasts.")
        : t("They are removed at once and can’t join again while the ban lasts."),
    action: t("Ban"),
    needsReason: true,
    lasts: BANS,
    purges: true,
    run: async ({ reason, minutes, purge }) => {
      await moderation.ban(user.id, { reason, ...(minutes ? { minutes } : {}), ...inRoom(room) });
      if (purge) {
        const since = new Date(Date.now() - purge * 60_000).toISOString();
        const n = await moderation.purge(user.id, { reason, since, ...inRoom(room) });
        return tn(
          "{name} is banned. {n} message removed.",
          "{name} is banned. {n} messages removed.",
          n,
          namely(user),
        );
      }
      return t("{name} is banned.", namely(user));
    },
  });
}

/** @param {App} app @param {User} user */
export function askSiteMute(app, user) {
  ask({
    title: t("Mute {name} on the whole site?", namely(user)),
    text: t("They can read on, and can’t post, edit or react anywhere."),
    action: t("Mute"),
    needsReason: true,
    lasts: MUTES,
    run: async ({ reason, minutes }) => {
      await app.moderation.mute(user.id, { reason, minutes });
      return t("{name} can’t post anywhere for {time}.", {
        ...namely(user),
        time: formatSpan(minutes * 60, "long"),
      });
    },
  });
}

/** @param {App} app @param {User} user */
export function askDeactivation(app, user) {
  ask({
    title: t("Deactivate the account of {name}?", namely(user)),
    text: t(
      "They are signed out and can’t sign in. What they wrote stays. It can be taken back in the administration.",
    ),
    action: t("Deactivate"),
    needsReason: true,
    run: async ({ reason }) => {
      await app.moderation.deactivate(user.id, { reason });
      return t("The account of {name} is deactivated.", namely(user));
    },
  });
}

/** @param {App} app @param {User} user */
export function askSignOut(app, user) {
  ask({
    title: t("Sign {name} out everywhere?", namely(user)),
    text: t("All their sessions end. They can sign in again."),
    action: t("Sign out"),
    needsReason: false,
    run: async ({ reason }) => {
      await app.moderation.signOut(user.id, { reason });
      return t("{name} is signed out everywhere.", namely(user));
    },
  });
}

/** @param {number | null} room */
function inRoom(room) {
  return room === null ? {} : { room };
}

/** @param {User} user */
function nameOf(user) {
  return user.name || user.username;
}

/** @param {User} user */
function namely(user) {
  return { name: nameOf(user) };
}
