/** @import { ClientEvents, Draft, Id, Pending, RoomState, Tick, User } from "./types.d.ts" */

/**
 * What a page talks to: one connection, the rooms on it, and the outbox.
 *
 * Listen with `client.on(name, detail => …)`; names and details are `ClientEvents` in types.d.ts.
 * Every promise rejects with a `CommandError` (`code`, `message`, `retryAfter` in seconds or null).
 */
export class Client extends EventTarget {
  /**
   * @param {{me: User, csrf: string, socketURL: string, fetch?: typeof globalThis.fetch,
   *   WebSocket?: typeof globalThis.WebSocket, indexedDB?: IDBFactory, now?: () => number}} options
   *   Everything after `socketURL` stands in for the browser's own in tests.
   */
  constructor(options) {
    super();
    this.me = options.me;
  }

  /**
   * @template {keyof ClientEvents} Name
   * @param {Name} name
   * @param {(detail: ClientEvents[Name]) => void} listener
   * @returns {() => void} stops listening
   */
  on(name, listener) {
    const receive = (/** @type {Event} */ event) => listener(/** @type {any} */ (event).detail);
    this.addEventListener(name, receive);
    return () => this.removeEventListener(name, receive);
  }

  /** Connect, load the outbox, watch the network and the page's visibility. */
  async start() {}

  /** Close the connection; nothing is sent or drawn any more. */
  stop() {}

  /** @returns {RoomState[]} rooms, in the order of the list is the elements' business */
  rooms() {
    return [];
  }

  /** @param {Id} _id @returns {RoomState | undefined} */
  room(_id) {
    return undefined;
  }

  /** @param {Id} _room @returns {Pending[]} in order of posting, to be drawn below the messages */
  pending(_room) {
    return [];
  }

  /** @param {Id} _room @param {Draft} _draft @returns {Pending} drawn at once */
  post(_room, _draft) {
    throw new Error("not yet");
  }

  /** Try a failed post again, at its old place. @param {string} _ref */
  retry(_ref) {}

  /** Give up a failed post. @param {string} _ref */
  discard(_ref) {}

  /** @param {Id} _message @param {string} _text @returns {Promise<void>} */
  async edit(_message, _text) {}

  /** @param {Id} _message @returns {Promise<void>} */
  async remove(_message) {}

  /** @param {Id} _message @param {string} _emoji @param {boolean} _on @returns {Promise<void>} */
  async react(_message, _emoji, _on) {}

  /** @param {Id} _message @param {boolean} _on @returns {Promise<void>} */
  async pin(_message, _on) {}

  /** The reader sees the latest message: call freely, it is sent at most every 2 s and only while the page is visible. @param {Id} _room */
  markRead(_room) {}

  /** Make `tick` and all after it unread. @param {Id} _room @param {Tick} _tick @returns {Promise<void>} */
  async markUnread(_room, _tick) {}

  /** The reader is typing: call at every key, it is sent at most every 3 s. @param {Id} _room */
  typing(_room) {}

  /** @param {boolean} _on */
  setAway(_on) {}

  /**
   * Show a room: loads the latest page, or one around `at`, unless it is held. Sets the divider.
   * @param {Id} _room @param {{at?: Tick}} [_options] @returns {Promise<RoomState>}
   */
  async openRoom(_room, _options) {
    throw new Error("not yet");
  }

  /** @param {Id} _room @returns {Promise<void>} one page more at the top; nothing when there is none */
  async loadOlder(_room) {}

  /** @param {Id} _room @returns {Promise<void>} one page more at the bottom of a detached window */
  async loadNewer(_room) {}

  /** Replace a detached window by the latest page. @param {Id} _room @returns {Promise<void>} */
  async jumpToLatest(_room) {}
}
