/** @import { RoomState, Tick, User } from "../types.d.ts" */

import { tn } from "../i18n.js";
import { one, part } from "../render/dom.js";
import { indexOf } from "./slice.js";

/** The pill that leads back to the latest message, and says how many came meanwhile. */
export class JumpPill {
  #pill;
  /** All up to here has been on screen. @type {Tick} */
  #seen = 0;

  /** @param {HTMLElement} pill @param {() => void} pressed */
  constructor(pill, pressed) {
    this.#pill = pill;
    pill.addEventListener("click", pressed);
  }

  /** @param {RoomState} state */
  enter(state) {
    this.#seen = state.messages.at(-1)?.tick ?? 0;
  }

  /** @param {RoomState} state @param {User} me @param {{atEnd: boolean, away: boolean}} place */
  show(state, me, { atEnd, away }) {
    if (atEnd) this.enter(state);
    const count = atEnd ? 0 : this.#countNew(state, me);
    const label = part(this.#pill, "new");
    label.hidden = count === 0;
    one(label, "b").textContent = tn("{n} new", "{n} new", count);
    this.#pill.hidden = atEnd || !(away || count > 0);
  }

  /** @param {RoomState} state @param {User} me */
  #countNew(state, me) {
    if (state.hasAfter) return state.info.unread;
    const later = state.messages.slice(indexOf(state.messages, this.#seen + 1));
    return later.filter((message) => message.author.id !== me.id && message.kind === "text" && !message.deleted)
      .length;
  }
}
