/** @import { Effect, Id } from "./types.d.ts" */
/** @import { Api } from "./api.js" */
/** @import { Connection } from "./connection.js" */
/** @import { Histories } from "./histories.js" */
/** @import { LiveRooms } from "./live-rooms.js" */
import { CommandError } from "./protocol.js";
import { applyRefresh } from "./snapshot-state.js";

/** ms over which the counters are asked for: one answer serves many rooms, and many clients ask at once. */
const REFRESH_WITHIN = 3000;
/** ms before a refused `sync` is asked again. */
const SYNC_AGAIN = 1000;

/** Asks the server for what the state found missing. */
export class Healing {
  #live;
  #connection;
  #api;
  #histories;
  /** @type {Set<Id>} rooms whose counters are in doubt */
  #stale = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #refreshTimer;

  /** @param {{live: LiveRooms, connection: Connection, api: Api, histories: Histories}} parts */
  constructor({ live, connection, api, histories }) {
    this.#live = live;
    this.#connection = connection;
    this.#api = api;
    this.#histories = histories;
  }

  /** @param {Effect[]} effects */
  perform(effects) {
    for (const effect of effects) {
      if (effect.type === "sync") this.#sync(effect.room);
      else if (effect.type === "reload") this.#reload(effect.room);
      else this.#refreshSoon(effect.room);
    }
  }

  /** @param {Id} room */
  #refreshSoon(room) {
    this.#stale.add(room);
    this.#refreshTimer ??= setTimeout(() => this.#refresh(), Math.random() * REFRESH_WITHIN);
  }

  /** @param {Id} id */
  async #sync(id) {
    const room = this.#live.state.rooms.get(id);
    // Polls name all cursors, so the next one brings it by itself.
    if (!room?.syncing || this.#connection.status.transport === "polling") return;
    try {
      await this.#connection.command("sync", { room: id, since: room.cursor });
    } catch (error) {
      // After a cut the next hello heals; a refusal on a living connection must be asked again.
      if (this.#connection.status.phase !== "online") return;
      const wait = error instanceof CommandError ? error.retryAfter : null;
      setTimeout(() => this.#sync(id), wait === null ? SYNC_AGAIN : wait * 1000);
    }
  }

  /** @param {Id} id */
  #reload(id) {
    // If this fails, the return of the connection tries again.
    if (this.#histories.opened?.id === id) this.#histories.latest(id).catch(() => undefined);
  }

  async #refresh() {
    this.#refreshTimer = undefined;
    const words = new Map([...this.#live.state.rooms.values()].map(({ id, counts }) => [id, counts.words]));
    const rooms = await this.#api.rooms().catch(() => []);
    this.#live.change((outcome) => {
      for (const info of rooms) {
        const room = this.#live.state.rooms.get(info.id);
        if (room && this.#stale.delete(room.id)) applyRefresh(room, info, words.get(room.id), outcome);
      }
    });
  }

  /** The connection is back. */
  resume() {
    const room = this.#histories.opened;
    if (room && !room.loaded) this.#reload(room.id);
  }

  stop() {
    clearTimeout(this.#refreshTimer);
  }
}
