/** @import { App } from "./app.js" */
/** @import { Removal } from "./moderation-types.d.ts" */
/** @import { Id, Message } from "./types.d.ts" */

/** As many as one question may name. */
const MOST = 200;

/** Who took the messages on screen away, and why: moderators are told, once for each, together for all. */
export class Removals {
  #app;
  #told;
  /** By message, as of its change; null: asked for. @type {Map<Id, {changed: number, removal: Removal | null}>} */
  #known = new Map();
  /** @type {Set<Message>} */
  #wanted = new Set();

  /** @param {App} app @param {() => void} told something asked for is there */
  constructor(app, told) {
    this.#app = app;
    this.#told = told;
  }

  /** @param {Message} message @returns {Removal | null} null: not known, or not for the reader to know */
  of(message) {
    if (!message.removed || !this.#app.moderates) return null;
    const known = this.#known.get(message.id);
    if (known?.changed === message.changed) return known.removal;
    this.#known.set(message.id, { changed: message.changed, removal: null });
    if (this.#wanted.size === 0) queueMicrotask(() => this.#ask());
    this.#wanted.add(message);
    return null;
  }

  async #ask() {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    for (let at = 0; at < wanted.length; at += MOST) await this.#askFor(wanted.slice(at, at + MOST));
  }

  /** @param {Message[]} messages of the room on screen */
  async #askFor(messages) {
    const ids = messages.map(({ id }) => id);
    const room = /** @type {Message} */ (messages[0]).room;
    const found = await this.#app.moderation.removals(room, ids).catch(() => []);
    for (const removal of found) {
      const known = this.#known.get(removal.message);
      if (known) known.removal = removal;
    }
    if (found.length > 0) this.#told();
  }
}
