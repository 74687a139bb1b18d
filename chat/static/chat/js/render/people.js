/** @import { User } from "../types.d.ts" */
import { avatar } from "./avatar.js";
import { el } from "./dom.js";

/** @param {User} user @returns {boolean} has deleted their account: nobody can be reached there */
export function isFormer(user) {
  return user.username === "";
}

/** Those whose name begins with what was typed come before those who merely contain it. @param {User[]} users @param {string} q */
export function bestFirst(users, q) {
  const wanted = q.toLocaleLowerCase();
  return users.toSorted((a, b) => distance(a, wanted) - distance(b, wanted));
}

/** @param {User} user @param {string} wanted */
function distance({ username, name }, wanted) {
  if (username.toLocaleLowerCase().startsWith(wanted)) return 0;
  const words = name.toLocaleLowerCase();
  if (words.startsWith(wanted)) return 0;
  return words.includes(` ${wanted}`) ? 1 : 2;
}

/** A person in a list to choose from. @param {User} user */
export function personOption(user) {
  return el(
    "li",
    {},
    avatar(user, { size: 24 }),
    el("span", { class: "row-name" }, user.name || user.username),
    el("span", { class: "row-note" }, `@${user.username}`),
  );
}
