/** @import { Notice } from "./notice-types.d.ts" */
/** @import { Id } from "./types.d.ts" */

/** The private words that the reader has not seen yet, the oldest first. */
export class WaitingNotices {
  /** @type {Notice[]} */
  #waiting = [];
  /** An answer may be older than the event that one was seen meanwhile. @type {Set<Id>} */
  #seen = new Set();

  /** @param {Notice[]} told in any order, known ones among them */
  take(told) {
    for (const notice of told) if (notice.seen) this.#seen.add(notice.id);
    const all = new Map([...this.#waiting, ...told].map((notice) => [notice.id, notice]));
    this.#waiting = [...all.values()].filter(({ id }) => !this.#seen.has(id)).sort((a, b) => a.id - b.id);
  }

  /** @returns {Notice | null} */
  get first() {
    return this.#waiting[0] ?? null;
  }

  get count() {
    return this.#waiting.length;
  }
}
