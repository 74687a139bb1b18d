/** @import { ServerObject } from "./types.d.ts" */
/** @import { Api } from "./api.js" */
import { CommandError } from "./protocol.js";

/** Seconds that the server holds an answer back. */
const WAIT = 25;
/** ms after which moderators ask again what waits for them. */
const COUNT_LASTS = 10_000;
/** ms after which the list of rooms is asked for again: without a socket nobody tells of new ones. */
const LIST_LASTS = 60_000;

/**
 * @typedef {object} PollingHandlers
 * @property {() => {me: object, cursors: Record<string, number>, epoch: string | null}} hello
 * @property {(objects: ServerObject[]) => void} receive
 * @property {() => void} ready after the first list of rooms
 * @property {(error: CommandError) => void} failed once; polling has ended
 */

/** The same events by long polling, where a proxy lets no WebSocket through. */
export class Polling {
  #api;
  #handlers;
  #stop = new AbortController();
  #listedAt = Number.NEGATIVE_INFINITY;
  /** Never again: for those who moderate nothing. */
  #countAgainAt = Number.POSITIVE_INFINITY;

  /** @param {Api} api @param {PollingHandlers} handlers */
  constructor(api, handlers) {
    this.#api = api;
    this.#handlers = handlers;
    this.#run().catch((error) => {
      if (!this.#stop.signal.aborted) handlers.failed(error);
    });
  }

  async #run() {
    let epoch = (await this.#poll({}, 0)).epoch;
    await this.#list(epoch);
    this.#handlers.ready();
    while (!this.#stop.signal.aborted) {
      const answer = await this.#poll(this.#handlers.hello().cursors, WAIT);
      if (this.#stop.signal.aborted) return;
      if (answer.frames.length) this.#handlers.receive(answer.frames);
      const moved = answer.epoch !== epoch;
      epoch = answer.epoch;
      if (moved || Date.now() - this.#listedAt > LIST_LASTS) await this.#list(epoch);
      else if (Date.now() >= this.#countAgainAt) this.#handlers.receive(this.#count(await this.#api.waiting()));
    }
  }

  /** @param {Record<string, number>} cursors @param {number} wait seconds */
  async #poll(cursors, wait) {
    const { epoch } = this.#handlers.hello();
    const query = new URLSearchParams({ cursors: JSON.stringify(cursors), wait: String(wait) });
    if (epoch !== null) query.set("epoch", epoch);
    return this.#api.request("GET", `/api/sync?${query}`, undefined, this.#stop.signal);
  }

  /** @param {string} epoch The list stands in for the `welcome` of a socket. */
  async #list(epoch) {
    const { me } = this.#handlers.hello();
    const [rooms, blocks, waiting] = await Promise.all([
      this.#api.rooms(),
      this.#api.blocks(),
      this.#api.waiting(),
    ]);
    if (this.#stop.signal.aborted) return;
    this.#listedAt = Date.now();
    this.#handlers.receive([
      { type: "welcome", user: me, epoch, rooms },
      { type: "blocks", users: blocks },
      ...this.#count(waiting),
    ]);
  }

  /** @param {number | null} waiting @returns {ServerObject[]} what a socket tells by itself */
  #count(waiting) {
    this.#countAgainAt = waiting === null ? Number.POSITIVE_INFINITY : Date.now() + COUNT_LASTS;
    return waiting === null ? [] : [{ type: "cases", open: waiting }];
  }

  /**
   * @param {string} type
   * @param {Record<string, any>} fields
   * @param {string} ref
   * @returns {Promise<any>} all but `post` need a socket and reject with `unavailable`
   */
  async command(type, fields, ref) {
    if (type !== "post") throw new CommandError("unavailable", "");
    const { room, ...post } = fields;
    return this.#api.post(room, { ref, text: "", ...post });
  }

  close() {
    this.#stop.abort();
  }
}
