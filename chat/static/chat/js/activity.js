/** @import { Id } from "./types.d.ts" */
/** @import { Connection } from "./connection.js" */

/** ms between two `typing` of a room. */
const TYPING_EVERY = 3000;

/** What others see of me without a word: that I type, that I am away. Nothing is lost if it is not told. */
export class Activity {
  #connection;
  #now;
  /** @type {Map<Id, number>} ms */
  #typedAt = new Map();
  #away = false;

  /** @param {Connection} connection @param {() => number} now ms */
  constructor(connection, now) {
    this.#connection = connection;
    this.#now = now;
  }

  /** @param {Id} room */
  typing(room) {
    const now = this.#now();
    if (now - (this.#typedAt.get(room) ?? Number.NEGATIVE_INFINITY) < TYPING_EVERY) return;
    this.#typedAt.set(room, now);
    this.#connection.command("typing", { room }).catch(() => undefined);
  }

  /** @param {boolean} on */
  setAway(on) {
    this.#away = on;
    this.#connection.command("away", { on }).catch(() => undefined);
  }

  /** The connection is back: the server knows a new one as present. */
  resume() {
    if (this.#away) this.setAway(true);
  }
}
