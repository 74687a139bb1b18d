/** @import { App } from "../app.js" */
/** @import { User } from "../types.d.ts" */
import { formatSpan, t, tn } from "../i18n.js";
import { el, one, part } from "../render/dom.js";
import { describe } from "../render/refusal.js";
import { toast } from "../render/toast.js";

const HOUR = 60;
const DAY = 24 * HOUR;
/** Minutes; 0: for good. */
const BANS = [DAY, 7 * DAY, 30 * DAY, 0];
const MUTES = [10, HOUR, DAY, 7 * DAY, 30 * DAY];
/** Minutes back; 0: they stay. */
const PURGES = [0, HOUR, DAY, 7 * DAY];

/**
 * What is asked for, and what is done with the answers.
 *
 * @typedef {{title: string, text: string, action: string, needsReason: boolean, lasts?: number[], purges?: boolean,
 *   run: (answers: Answers) => Promise<unknown>}} Question
 * @typedef {{reason: string, minutes: number, purge: number}} Answers minutes and purge: minutes, 0 as above
 */

/** Tell somebody privately what they should not do. @param {App} app @param {User} user */
export function askWarning(app, user) {
  const { room, moderation } = app;
  ask({
    title: t("Warn {name}", { name: nameOf(user) }),
    text: t("They are told in private, as a notice from the moderators. Nobody else sees it."),
    action: t("Warn"),
    needsReason: true,
    run: async ({ reason }) => {
      await moderation.warn(user.id, { reason, ...inRoom(room) });
      toast(t("{name} was warned.", { name: nameOf(user) }));
    },
  });
}

/** @param {App} app @param {User} user */
export function askRemoval(app, user) {
  const { room, api } = app;
  ask({
    title: t("Remove {name} from this room?", { name: nameOf(user) }),
    text: t("What they wrote stays. They can’t read on from now."),
    action: t("Remove"),
    needsReason: false,
    run: ({ reason }) => (room === null ? Promise.resolve() : api.removeMember(room, user.id, reason)),
  });
}

/** @param {App} app @param {User} user @param {number | null} room null: from the whole site */
export function askBan(app, user, room) {
  const { moderation } = app;
  ask({
    title:
      room === null
        ? t("Ban {name} from the site?", { name: nameOf(user) })
        : t("Ban {name} from this room?", { name: nameOf(user) }),
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
        toast(
          tn("{name} is banned. {n} message removed.", "{name} is banned. {n} messages removed.", n, namely(user)),
        );
      } else toast(t("{name} is banned.", namely(user)));
    },
  });
}

/** @param {App} app @param {User} user */
export function askSiteMute(app, user) {
  ask({
    title: t("Mute {name} on the whole site?", { name: nameOf(user) }),
    text: t("They can read on, and can’t post, edit or react anywhere."),
    action: t("Mute"),
    needsReason: true,
    lasts: MUTES,
    run: async ({ reason, minutes }) => {
      await app.moderation.mute(user.id, { reason, minutes });
      toast(
        t("{name} can’t post anywhere for {time}.", { ...namely(user), time: formatSpan(minutes * 60, "long") }),
      );
    },
  });
}

/** @param {App} app @param {User} user */
export function askDeactivation(app, user) {
  ask({
    title: t("Deactivate the account of {name}?", { name: nameOf(user) }),
    text: t(
      "They are signed out and can’t sign in. What they wrote stays. It can be taken back in the administration.",
    ),
    action: t("Deactivate"),
    needsReason: true,
    run: async ({ reason }) => {
      await app.moderation.deactivate(user.id, { reason });
      toast(t("The account of {name} is deactivated.", namely(user)));
    },
  });
}

/** @param {App} app @param {User} user */
export function askSignOut(app, user) {
  ask({
    title: t("Sign {name} out everywhere?", { name: nameOf(user) }),
    text: t("All their sessions end. They can sign in again."),
    action: t("Sign out"),
    needsReason: false,
    run: async ({ reason }) => {
      await app.moderation.signOut(user.id, { reason });
      toast(t("{name} is signed out everywhere.", namely(user)));
    },
  });
}

/** @param {Question} question */
function ask({ title, text, action, needsReason, lasts, purges, run }) {
  const dialog = one(document, "#sanction", HTMLDialogElement);
  const form = one(dialog, "form", HTMLFormElement);
  const reason = one(form, "[name=reason]", HTMLTextAreaElement);
  form.reset();
  part(dialog, "error").hidden = true;
  one(dialog, "h2").textContent = title;
  part(dialog, "text").textContent = text;
  part(dialog, "submit").textContent = action;
  part(dialog, "optional").hidden = needsReason;
  reason.required = needsReason;
  part(dialog, "lasts").hidden = !lasts;
  one(form, "[name=minutes]", HTMLSelectElement).replaceChildren(
    ...(lasts ?? []).map((minutes) => option(minutes, minutes ? formatSpan(minutes * 60, "long") : t("For good"))),
  );
  part(dialog, "purges").hidden = !purges;
  one(form, "[name=purge]", HTMLSelectElement).replaceChildren(
    ...PURGES.map((minutes) => option(minutes, minutes ? lastOnes(minutes) : t("Keep their messages"))),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    submit(dialog, run, answersOf(new FormData(form)));
  };
  dialog.showModal();
}

/** @param {HTMLDialogElement} dialog @param {Question["run"]} run @param {Answers} answers */
async function submit(dialog, run, answers) {
  const button = part(dialog, "submit", HTMLButtonElement);
  const error = part(dialog, "error");
  button.disabled = true;
  try {
    await run(answers);
    dialog.close();
  } catch (reason) {
    error.textContent = describe(reason);
    error.hidden = false;
  } finally {
    button.disabled = false;
  }
}

/** @param {FormData} fields @returns {Answers} */
function answersOf(fields) {
  return {
    reason: String(fields.get("reason") ?? "").trim(),
    minutes: Number(fields.get("minutes")),
    purge: Number(fields.get("purge")),
  };
}

/** @param {number} value @param {string} label */
function option(value, label) {
  return el("option", { value }, label);
}

/** @param {number} minutes */
function lastOnes(minutes) {
  if (minutes === HOUR) return t("Remove those of the last hour");
  return minutes === DAY ? t("Remove those of the last day") : t("Remove those of the last week");
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
