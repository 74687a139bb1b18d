/** @import { PresenceState, User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { el, icon } from "./dom.js";

/**
 * @param {User} user
 * @param {{size?: 20 | 24 | 32 | 48, presence?: PresenceState | "offline"}} [options] size in px, 36 without
 */
export function avatar(user, { size, presence } = {}) {
  const bot = user.bot && !user.avatar;
  const node = el("span", {
    class: `avatar${size ? ` is-${size}` : ""}${bot ? " is-bot" : ""}`,
    "data-hue": bot ? null : hueOf(user.id),
    "aria-hidden": "true",
  });
  if (user.avatar) node.append(el("img", { src: user.avatar, alt: "", loading: "lazy" }));
  else if (bot) node.append(icon("tide", size && size < 32 ? "icon-s" : ""));
  else node.append(initials(user.name || user.username, size && size < 32 ? 1 : 2));
  if (presence) node.append(el("span", { class: `dot is-${presence}` }));
  return node;
}

/** @param {number} count of people in a group conversation */
export function groupAvatar(count) {
  return el("span", { class: "avatar is-20 is-group", "aria-hidden": "true" }, String(count));
}

/** @param {PresenceState | "offline"} state */
export function presenceWord(state) {
  if (state === "online") return t("online");
  return state === "away" ? t("away") : t("offline");
}

/** Neighbouring ids are often seen together: any twelve of them have all twelve hues, none beside its like. @param {number} id */
function hueOf(id) {
  return (id * 7) % 12;
}

/** @param {string} name @param {1 | 2} count */
function initials(name, count) {
  const letters = (name.match(/[\p{L}\p{N}]+/gu) ?? [name]).map((word) => [...word][0] ?? "");
  // Two ideographs do not fit, and one says enough.
  const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(letters[0] ?? "");
  const chosen = count === 1 || wide || letters.length < 2 ? letters.slice(0, 1) : [letters[0], letters.at(-1)];
  return chosen.join("").toLocaleUpperCase();
}
