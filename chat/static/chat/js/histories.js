/** @import { Id, PageRequest, RoomState, Tick } from "./types.d.ts" */
/** @import { Api } from "./api.js" */
/** @import { LiveRooms } from "./live-rooms.js" */
import { mergePage, messageAt, trimWindow } from "./messages-state.js";
import { CommandError } from "./protocol.js";

/** Loads pages of history into the windows of the rooms. */
export class Histories {
  #live;
  #api;
  /** @type {Map<string, Promise<void>>} scrolling asks many times for the same page */
  #loading = new Map();
  /** @type {Id | null} */
  #opened = null;

  /** @param {LiveRooms} live @param {Api} api */
  constructor(live, api) {
    this.#live = live;
    this.#api = api;
  }

  /** @returns {RoomState | undefined} the room on screen */
  get opened() {
    return this.#opened === null ? undefined : this.#live.state.rooms.get(this.#opened);
  }

  /** @param {Id} id @param {Tick} [at] @returns {Promise<RoomState>} with its window around `at`, or at the latest */
  async open(id, at) {
    await this.#known(id);
    if (this.#opened !== id) this.#leave();
    this.#opened = id;
    const room = this.#room(id);
    if (at !== undefined) {
      if (!room.loaded || !messageAt(room, at)) await this.#replace(room, "around", at);
    } else if (!room.loaded || room.hasAfter) await this.#replace(room, "latest", null);
    return room;
  }

  /** @param {Id} id Rooms are known once the first list has come. */
  async #known(id) {
    const { state } = this.#live;
    while (!state.rooms.has(id) && state.epoch === null) {
      await new Promise((resolve) => this.#live.addEventListener("outcome", resolve, { once: true }));
    }
    if (!state.rooms.has(id)) throw new CommandError("not_found", "");
  }

  #leave() {
    const left = this.opened;
    if (left) this.#live.change((outcome) => trimWindow(left, outcome));
  }

  /** @param {Id} id */
  async older(id) {
    const room = this.#room(id);
    const first = room.messages[0];
    if (room.loaded && room.hasBefore && first) await this.#extend(room, "before", first.tick);
  }

  /** @param {Id} id */
  async newer(id) {
    const room = this.#room(id);
    const last = room.messages.at(-1);
    if (room.loaded && room.hasAfter && last) await this.#extend(room, "after", last.tick);
  }

  /** @param {Id} id */
  async latest(id) {
    const room = this.#room(id);
    if (!room.loaded || room.hasAfter) await this.#replace(room, "latest", null);
  }

  /** @param {Id} id @returns {RoomState} */
  #room(id) {
    const room = this.#live.state.rooms.get(id);
    if (!room) throw new CommandError("not_found", "");
    return room;
  }

  /** @param {RoomState} room @param {"latest" | "around"} kind @param {Tick | null} anchor */
  #replace(room, kind, anchor) {
    return this.#once(`${room.id} ${kind} ${anchor} ${room.generation}`, () => {
      // The last one asked for wins, and pages for the old window find it gone.
      room.generation++;
      return this.#fetch(room, { kind, anchor, generation: room.generation });
    });
  }

  /** @param {RoomState} room @param {"before" | "after"} kind @param {Tick} anchor */
  #extend(room, kind, anchor) {
    const request = { kind, anchor, generation: room.generation };
    return this.#once(`${room.id} ${kind} ${anchor} ${room.generation}`, () => this.#fetch(room, request));
  }

  /** @param {string} key @param {() => Promise<void>} load */
  #once(key, load) {
    const running = this.#loading.get(key);
    if (running) return running;
    const started = load().finally(() => this.#loading.delete(key));
    this.#loading.set(key, started);
    return started;
  }

  /** @param {RoomState} room @param {PageRequest} request */
  async #fetch(room, request) {
    const page = await this.#api.history(
      room.id,
      request.anchor === null ? {} : { [request.kind]: request.anchor },
    );
    const { state } = this.#live;
    if (state.rooms.get(room.id) !== room) return;
    this.#live.change((outcome) => {
      mergePage(room, page, request, outcome);
      for (const { author, ref } of page.messages) if (author.id === state.me.id) outcome.settled.add(ref);
    });
  }
}
