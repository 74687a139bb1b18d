/** @import { Id, Pending, WireError } from "./types.d.ts" */
import { Backoff } from "./backoff.js";

/** Whose turn it is to be sent: in each room one post after the other, with the pauses the server asks for. */
export class Turns {
  #next;
  #send;
  #now;
  /** @type {Set<Id>} rooms being emptied */
  #busy = new Set();
  /** @type {Map<Id, {until: number, backoff: Backoff}>} */
  #pauses = new Map();
  #online = false;

  /**
   * @param {(room: Id) => Pending | undefined} next the first post of a room that waits
   * @param {(pending: Pending) => Promise<void>} send must leave it waiting only after a `pause`
   * @param {() => number} now ms
   */
  constructor(next, send, now) {
    this.#next = next;
    this.#send = send;
    this.#now = now;
  }

  get online() {
    return this.#online;
  }

  /** @param {boolean} online Pauses end with the connection that asked for them. */
  setOnline(online) {
    this.#online = online;
    this.#pauses.clear();
  }

  /** @param {Id} room */
  async run(room) {
    if (this.#busy.has(room)) return;
    this.#busy.add(room);
    try {
      for (let next = this.#ready(room); next; next = this.#ready(room)) await this.#send(next);
    } finally {
      this.#busy.delete(room);
    }
  }

  /** @param {Id} room */
  #ready(room) {
    if (!this.#online || (this.#pauses.get(room)?.until ?? 0) > this.#now()) return undefined;
    return this.#next(room);
  }

  /** @param {Id} room @param {WireError} error */
  pause(room, error) {
    const backoff = this.#pauses.get(room)?.backoff ?? new Backoff();
    const delay = error.retry_after === undefined ? backoff.next() : error.retry_after * 1000;
    this.#pauses.set(room, { until: this.#now() + delay, backoff });
    setTimeout(() => this.run(room), delay + 1);
  }

  /** @param {Id} room */
  unpause(room) {
    this.#pauses.delete(room);
  }
}
