/** @import { ConnectionStatus, Draft, Id, Member, Outcome, Pending, RoomState, Tick, User } from "./types.d.ts" */
import { Activity } from "./activity.js";
import { Api } from "./api.js";
import { Connection } from "./connection.js";
import { Emitter } from "./emitter.js";
import { Healing } from "./healing.js";
import { Histories } from "./histories.js";
import { LiveRooms } from "./live-rooms.js";
import { mergeMembers } from "./members-state.js";
import { Outbox } from "./outbox.js";
import { OutboxStore } from "./outbox-store.js";
import { watchPage } from "./page.js";
import { postFields } from "./pending.js";
import { publish } from "./publish.js";
import { Reading } from "./reading.js";
import { helloCursors, pollCursors } from "./rooms.js";
import { Tabs } from "./tabs.js";

/**
 * What a page talks to: one connection, the rooms on it, and the outbox.
 *
 * Listen with `client.on(name, detail => …)`; names and details are `ClientEvents` in types.d.ts.
 * Every promise rejects with a `CommandError` (`code`, `message`, `retryAfter` in seconds or null).
 */
export class Client extends Emitter {
  #live;
  #tabs;
  #histories;
  #reading;
  #healing;
  #activity;
  #stop = new AbortController();

  /**
   * @param {{me: User, csrf: string, socketURL: string, fetch?: typeof globalThis.fetch,
   *   WebSocket?: typeof globalThis.WebSocket, indexedDB?: IDBFactory, now?: () => number}} options
   *   Everything after `socketURL` stands in for the browser's own in tests.
   */
  constructor({ me, csrf, socketURL, fetch, WebSocket, indexedDB = globalThis.indexedDB, now = Date.now }) {
    super();
    this.#live = new LiveRooms(me, now);
    this.#tabs = new Tabs(me.id);
    this.api = new Api({ csrf, ...(fetch ? { fetch } : {}) });
    this.connection = new Connection({
      url: socketURL,
      api: this.api,
      socketHello: () => ({ ...this.#hello(), cursors: helloCursors(this.#live.state) }),
      pollHello: () => ({ ...this.#hello(), cursors: pollCursors(this.#live.state) }),
      receive: (objects) => this.#live.receive(objects),
      ...(WebSocket ? { WebSocket } : {}),
    });
    this.outbox = new Outbox({
      store: new OutboxStore(me.id, indexedDB),
      send: (pending) => this.connection.command("post", postFields(pending), pending.ref),
      tabs: this.#tabs,
      now,
    });
    this.#histories = new Histories(this.#live, this.api);
    this.#reading = new Reading(this.#live, this.connection, now);
    this.#activity = new Activity(this.connection, now);
    this.#healing = new Healing({
      live: this.#live,
      connection: this.connection,
      api: this.api,
      histories: this.#histories,
    });
  }

  #hello() {
    return { me: this.#live.state.me, epoch: this.#live.state.epoch };
  }

  /** Connect, load the outbox, watch the network and the page's visibility. */
  async start() {
    const { signal } = this.#stop;
    this.#live.addEventListener("outcome", (event) => this.#take(/** @type {any} */ (event).detail), { signal });
    this.outbox.addEventListener("change", (event) => this.#pendingChanged(/** @type {any} */ (event).detail), {
      signal,
    });
    this.connection.addEventListener("state", () => this.#stateChanged(), { signal });
    this.connection.addEventListener("signed-out", () => this.emit("signed-out", null), { signal });
    this.connection.addEventListener("refused", () => this.emit("refused", null), { signal });
    watchPage(
      {
        online: () => this.connection.hurry(),
        offline: () => this.connection.lostNetwork(),
        shown: () => this.#shown(),
        hidden: () => this.#reading.awaitReader(this.#histories.opened),
      },
      signal,
    );
    this.connection.start();
    await this.outbox.load();
  }

  /** @param {Outcome} outcome */
  #take(outcome) {
    this.#reading.awaitReader(this.#histories.opened);
    if (outcome.restored) this.outbox.repeat();
    for (const ref of outcome.settled) this.outbox.settle(ref);
    this.#settleSeen();
    publish(outcome, (name, detail) => this.emit(name, detail));
    this.#healing.perform(outcome.effects);
  }

  /** @param {Id} room */
  #pendingChanged(room) {
    this.#settleSeen();
    this.emit("pending", { room });
  }

  #settleSeen() {
    this.outbox.settleSeen((room) => this.room(room)?.cursor ?? 0);
  }

  #stateChanged() {
    const { phase } = this.connection.status;
    this.emit("state", this.connection.status);
    this.outbox.setOnline(phase === "online");
    if (phase !== "online") return;
    this.#reading.resume();
    this.#healing.resume();
    this.#activity.resume();
  }

  #shown() {
    this.connection.hurry();
    this.#reading.resume();
  }

  /** Close the connection; nothing is sent or drawn any more. */
  stop() {
    this.#stop.abort();
    this.connection.stop();
    this.outbox.setOnline(false);
    this.#reading.stop();
    this.#healing.stop();
    this.#live.stop();
    this.#tabs.close();
  }

  /** @returns {ConnectionStatus} */
  get status() {
    return this.connection.status;
  }

  /** @returns {User} as last named */
  get me() {
    return this.#live.state.me;
  }

  /** @param {Id} id @returns {User | undefined} anybody seen so far, as last named */
  person(id) {
    return this.#live.state.people.get(id);
  }

  /** @returns {ReadonlySet<Id>} whom the reader blocks */
  get blocks() {
    return this.#live.state.blocks;
  }

  /** @returns {number | null} how many reports wait for the reader; null: they moderate nothing */
  get cases() {
    return this.#live.state.cases;
  }

  /** @returns {RoomState[]} rooms, in the order of the list is the elements' business */
  rooms() {
    return [...this.#live.state.rooms.values()];
  }

  /** @param {Id} id @returns {RoomState | undefined} */
  room(id) {
    return this.#live.state.rooms.get(id);
  }

  /** @param {Id} room @returns {Pending[]} in order of posting, to be drawn below the messages */
  pending(room) {
    return this.outbox.list(room);
  }

  /** @param {Id} room @param {Draft} draft @returns {Pending} drawn at once */
  post(room, draft) {
    const state = this.room(room);
    if (state) state.divider = null;
    return this.outbox.add(room, draft);
  }

  /** Try a failed post again, at its old place. @param {string} ref */
  retry(ref) {
    this.outbox.retry(ref);
  }

  /** Give up a failed post. @param {string} ref */
  discard(ref) {
    this.outbox.discard(ref);
  }

  /** @param {Id} message @param {string} text @returns {Promise<void>} */
  async edit(message, text) {
    await this.connection.command("edit", { message, text });
  }

  /** @param {Id} message @returns {Promise<void>} */
  async remove(message) {
    await this.connection.command("delete", { message });
  }

  /** @param {Id} message @param {string} emoji @param {boolean} on @returns {Promise<void>} */
  async react(message, emoji, on) {
    await this.connection.command("react", { message, emoji, on });
  }

  /** @param {Id} message @param {boolean} on @returns {Promise<void>} */
  async pin(message, on) {
    await this.connection.command("pin", { message, on });
  }

  /** The reader sees the latest message: call freely, it is sent at most every 2 s and only while the page is visible. @param {Id} room */
  markRead(room) {
    this.#reading.markRead(room);
  }

  /** Make `tick` and all after it unread, until the room is opened anew. @param {Id} id @param {Tick} tick @returns {Promise<void>} */
  async markUnread(id, tick) {
    const room = this.room(id);
    if (room) await this.#reading.markUnread(room, tick);
  }

  /** The reader is typing: call at every key, it is sent at most every 3 s. @param {Id} room */
  typing(room) {
    this.#activity.typing(room);
  }

  /** @param {boolean} on kept over reconnects */
  setAway(on) {
    this.#activity.setAway(on);
  }

  /**
   * Show a room: loads the latest page, or one around `at`, unless it is held. Sets the divider.
   * @param {Id} id @param {{at?: Tick}} [options] @returns {Promise<RoomState>}
   */
  async openRoom(id, { at } = {}) {
    const room = await this.#histories.open(id, at);
    this.#reading.open(room);
    return room;
  }

  /** One page more at the top; nothing when there is none. @param {Id} room @returns {Promise<void>} */
  async loadOlder(room) {
    await this.#histories.older(room);
  }

  /** One page more at the bottom of a detached window. @param {Id} room @returns {Promise<void>} */
  async loadNewer(room) {
    await this.#histories.newer(room);
  }

  /** Replace a detached window by the latest page. @param {Id} room @returns {Promise<void>} */
  async jumpToLatest(room) {
    await this.#histories.latest(room);
  }

  /**
   * Find members; they join `room.members`, which from then on follows their changes.
   * @param {Id} id @param {{q?: string, after?: Id}} [query]
   * @returns {Promise<{members: Member[], more: boolean}>}
   */
  async loadMembers(id, query) {
    const room = this.room(id);
    const asOf = room?.cursor ?? 0;
    const page = await this.api.members(id, query);
    if (room) this.#live.change((outcome) => mergeMembers(room, page.members, asOf, outcome));
    return page;
  }
}
