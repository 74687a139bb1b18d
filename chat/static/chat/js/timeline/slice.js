/** @import { Message, RoomState, Tick } from "../types.d.ts" */

/** Messages drawn at once, at most: a room scrolled for an hour costs no more than one just opened. */
const MOST = 400;
const OPENING = 100;
const STEP = 60;

/**
 * Which of the loaded messages are drawn: from `first` to `last`, ticks; `last` null follows the end.
 */
export class Slice {
  /** @type {Tick | null} null: chosen anew */
  #first = null;
  /** @type {Tick | null} */
  #last = null;

  /** Follow the end of the room. */
  reset() {
    this.#first = null;
    this.#last = null;
  }

  /** Draw what surrounds a tick. @param {RoomState} state @param {Tick} tick */
  around(state, tick) {
    const at = indexOf(state.messages, tick);
    const end = at + STEP;
    this.#first = tickAt(state.messages, Math.max(0, at - STEP));
    this.#last = end < state.messages.length - 1 ? tickAt(state.messages, end) : null;
  }

  /** @param {RoomState} state @returns {Message[]} */
  of(state) {
    const { messages } = state;
    const end = this.#last === null ? messages.length : indexAfter(messages, this.#last);
    let start = this.#first === null ? Math.max(0, end - OPENING) : indexOf(messages, this.#first);
    if (end - start > MOST) start = end - MOST;
    this.#first = tickAt(messages, start);
    return messages.slice(start, end);
  }

  /** @param {RoomState} state @returns {boolean} the newest message of the room is drawn */
  atEnd(state) {
    return this.#last === null && !state.hasAfter;
  }

  /** @param {RoomState} state @returns {boolean} the oldest message of the room is drawn */
  atStart(state) {
    return !state.hasBefore && (state.messages.length === 0 || this.#first === tickAt(state.messages, 0));
  }

  /** The reader is not at the end: what arrives is counted, not drawn under them without bound. @param {RoomState} state */
  hold(state) {
    const { messages } = state;
    if (this.#last !== null || this.#first === null) return;
    const start = indexOf(messages, this.#first);
    if (messages.length - start > MOST) this.#last = tickAt(messages, start + MOST - 1);
  }

  /** Draw more loaded messages at the top. @param {RoomState} state @returns {boolean} false: none are loaded */
  up(state) {
    const { messages } = state;
    const start = this.#first === null ? 0 : indexOf(messages, this.#first);
    if (start === 0) return false;
    const from = Math.max(0, start - STEP);
    this.#first = tickAt(messages, from);
    const end = this.#last === null ? messages.length : indexAfter(messages, this.#last);
    if (end - from > MOST) this.#last = tickAt(messages, from + MOST - 1);
    return true;
  }

  /** Draw more loaded messages at the bottom. @param {RoomState} state @returns {boolean} false: none are loaded */
  down(state) {
    const { messages } = state;
    if (this.#last === null) return false;
    const end = Math.min(messages.length, indexAfter(messages, this.#last) + STEP);
    this.#last = end === messages.length ? null : tickAt(messages, end - 1);
    const start = this.#first === null ? 0 : indexOf(messages, this.#first);
    if (end - start > MOST) this.#first = tickAt(messages, end - MOST);
    return true;
  }
}

/** @param {Message[]} messages @param {number} index @returns {Tick | null} */
function tickAt(messages, index) {
  return messages[index]?.tick ?? null;
}

/** @param {Message[]} messages @param {Tick} tick @returns {number} of the first message at or after it */
export function indexOf(messages, tick) {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {Message} */ (messages[middle]).tick < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {Message[]} messages @param {Tick} tick */
function indexAfter(messages, tick) {
  return indexOf(messages, tick + 1);
}
