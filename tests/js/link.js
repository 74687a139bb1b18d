/** @import { Server } from "./simulator.js" */
import { ROOM } from "./simulator.js";

/** One connection of the simulated server: a cursor into its log, and the frames under way. */
export class Link {
  #server;
  #cursor;
  /** Reading rows, and not the log, until the clock is reached. */
  #catchingUp;
  #reset = false;
  /** @type {any[]} */
  queue;
  /** @type {any[]} what was delivered, for faults that repeat it */
  delivered = [];

  /** @param {Server} server @param {number | undefined} cursor given in the hello */
  constructor(server, cursor) {
    this.#server = server;
    this.queue = [server.welcome()];
    this.#cursor = cursor ?? server.clock;
    this.#catchingUp = cursor !== undefined;
    this.#reset = cursor !== undefined && this.#isTooFar(cursor);
  }

  /** @param {number} since */
  sync(since) {
    this.#cursor = since;
    this.#catchingUp = true;
    this.#reset = this.#isTooFar(since);
  }

  /** @param {number} since */
  #isTooFar(since) {
    return since > this.#server.clock || this.#server.random.next() < 0.1;
  }

  /** Turn what lies beyond the cursor into one more object under way. */
  pump() {
    if (this.#catchingUp) this.#pumpDelta();
    else if (this.#cursor < this.#server.clock) this.#pumpEvents();
  }

  #pumpDelta() {
    const { clock, random } = this.#server;
    const since = this.#cursor;
    const all = this.#reset ? [] : this.#server.changesSince(since);
    const changes = all.slice(0, 1 + random.below(4));
    const more = changes.length < all.length;
    this.queue.push({ type: "delta", room: ROOM, since, clock, more, reset: this.#reset, changes });
    this.#cursor = more ? changes.at(-1).tick : clock;
    this.#catchingUp = more;
    this.#reset = false;
  }

  #pumpEvents() {
    const changes = this.#server.log.slice(this.#cursor, this.#cursor + 1 + this.#server.random.below(4));
    const last = changes.at(-1).tick;
    this.queue.push({ type: "events", room: ROOM, first: this.#cursor + 1, last, changes });
    this.#cursor = last;
  }

  /** "Never beyond what is already queued on this connection". */
  heartbeat() {
    const clocks = this.#catchingUp ? {} : { [ROOM]: this.#cursor };
    this.queue.push({ type: "heartbeat", clocks });
  }

  /** @returns {any} */
  deliver() {
    const object = this.queue.shift();
    if (object) this.delivered.push(object);
    return object;
  }

  get idle() {
    return this.queue.length === 0 && !this.#catchingUp && this.#cursor === this.#server.clock;
  }
}
