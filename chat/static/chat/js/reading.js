/** @import { Id, RoomState, Tick } from "./types.d.ts" */
/** @import { Connection } from "./connection.js" */
/** @import { LiveRooms } from "./live-rooms.js" */
import { takeWord } from "./counts-state.js";
import { isShown } from "./page.js";

/** ms between two `read` of a room: every viewer sends them for every message. */
const EVERY = 2000;

/** Read markers: what the reader has seen, and where the "New" divider stands. */
export class Reading {
  #live;
  #connection;
  #now;
  /** @type {Set<Id>} rooms whose latest message was on screen, to be sent when possible */
  #seen = new Set();
  /** @type {Map<Id, number>} ms */
  #sentAt = new Map();
  /** @type {Map<Id, ReturnType<typeof setTimeout>>} */
  #timers = new Map();
  /** @type {Set<Id>} marked unread on purpose: being on screen does not read them */
  #kept = new Set();

  /** @param {LiveRooms} live @param {Connection} connection @param {() => number} now ms */
  constructor(live, connection, now) {
    this.#live = live;
    this.#connection = connection;
    this.#now = now;
  }

  /** @param {RoomState} room which comes on screen */
  open(room) {
    this.#kept.delete(room.id);
    this.#seen.delete(room.id);
    room.divider = this.#firstUnread(room);
  }

  /** @param {RoomState} room @returns {Tick | null} the place of the divider: before the first unread message */
  #firstUnread(room) {
    const { unread, last_read: read } = room.info;
    if (unread === 0) return null;
    const first = room.messages[0];
    if (first && first.tick > read && room.hasBefore) return read;
    const counted = room.messages.find(
      (message) =>
        message.tick > read &&
        message.kind === "text" &&
        !message.deleted &&
        message.author.id !== this.#live.state.me.id,
    );
    return counted ? counted.tick - 1 : read;
  }

  /** @param {RoomState | undefined} room on screen, while the page is hidden: the divider waits for the reader */
  awaitReader(room) {
    if (!room || isShown()) return;
    if (room.info.unread === 0) room.divider = null;
    else room.divider ??= this.#firstUnread(room);
  }

  /** @param {Id} id */
  markRead(id) {
    this.#seen.add(id);
    this.#send(id);
  }

  /** The page is visible again, or the connection is back. */
  resume() {
    for (const id of this.#seen) this.#send(id);
  }

  /** @param {Id} id */
  #send(id) {
    const room = this.#live.state.rooms.get(id);
    if (!room || this.#kept.has(id)) return this.#seen.delete(id);
    if (!isShown() || this.#connection.status.phase !== "online" || this.#timers.has(id)) return;
    const wait = (this.#sentAt.get(id) ?? Number.NEGATIVE_INFINITY) + EVERY - this.#now();
    if (wait > 0) return this.#sendIn(wait, id);
    this.#seen.delete(id);
    // Without unread messages the marker may lag: mine, notices and reactions do not count.
    if (room.info.unread === 0 || !room.loaded || room.hasAfter) return;
    this.#sentAt.set(id, this.#now());
    this.#command(room);
  }

  /** @param {number} wait ms @param {Id} id */
  #sendIn(wait, id) {
    const timer = setTimeout(() => {
      this.#timers.delete(id);
      if (this.#seen.has(id)) this.#send(id);
    }, wait);
    this.#timers.set(id, timer);
  }

  /** @param {RoomState} room shown as read at once; the `room` event has the last word */
  #command(room) {
    const tick = room.cursor;
    this.#live.change((outcome) =>
      takeWord(room, { ...room.info, clock: tick, last_read: tick, unread: 0, mentions: 0 }, outcome),
    );
    this.#connection.command("read", { room: room.id, tick }).catch(() => this.#seen.add(room.id));
  }

  /** @param {RoomState} room @param {Tick} tick @returns {Promise<void>} */
  async markUnread(room, tick) {
    this.#kept.add(room.id);
    await this.#connection.command("unread", { room: room.id, tick });
    room.divider = tick - 1;
  }

  stop() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }
}
