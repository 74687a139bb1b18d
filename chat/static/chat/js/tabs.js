/** @import { Id, Pending } from "./types.d.ts" */

/** @typedef {{ref: string, pending: Pending | null}} OutboxNews null: no longer in the store */

/** What the tabs of one account at one browser tell each other about the outbox. */
export class Tabs {
  /** @type {BroadcastChannel | null} null: closed, while a post may still be on its way to the disk */
  #channel;

  /** @param {Id} user */
  constructor(user) {
    this.#channel = new BroadcastChannel(`chat-outbox-${user}`);
  }

  /** @param {OutboxNews} news */
  post(news) {
    this.#channel?.postMessage(news);
  }

  /** @param {(news: OutboxNews) => void} hear */
  listen(hear) {
    if (this.#channel) this.#channel.onmessage = ({ data }) => hear(data);
  }

  /**
   * @template T
   * @param {string} name @param {() => Promise<T>} work only one tab at a time does work of that name
   * @returns {Promise<T>}
   */
  async alone(name, work) {
    // Absent on plain http; then two tabs may send the same ref, which the server answers alike.
    const locks = globalThis.navigator?.locks;
    return locks ? locks.request(name, work) : work();
  }

  close() {
    this.#channel?.close();
    this.#channel = null;
  }
}
