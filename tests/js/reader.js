/** @import { PageRequest, RoomState } from "../../chat/static/chat/js/types.d.ts" */
import { mergePage, trimWindow } from "../../chat/static/chat/js/messages-state.js";
import { normalisePage, normaliseRoom } from "../../chat/static/chat/js/normalise.js";
import { createOutcome, createRooms } from "../../chat/static/chat/js/room-state.js";
import { applyObject, helloCursors } from "../../chat/static/chat/js/rooms.js";
import { applyRefresh } from "../../chat/static/chat/js/snapshot-state.js";
import { Link } from "./link.js";
import { ME, ROOM } from "./simulator.js";

/** The client's state on a link that is cut, repeats, loses frames, and beside which pages come late. */
export class Reader {
  #server;
  #random;
  /** @type {(() => void)[]} answers to HTTP requests, read from the database but not yet here */
  #answers = [];

  /** @param {import("./simulator.js").Server} server */
  constructor(server) {
    this.#server = server;
    this.#random = server.random;
    this.state = createRooms({ ...ME, avatar: null, bot: false });
    this.link = new Link(server, undefined);
  }

  /** @returns {RoomState | undefined} */
  get room() {
    return this.state.rooms.get(ROOM);
  }

  step() {
    const steps = {
      act: () => this.#act(),
      pump: () => this.link.pump(),
      deliver: () => this.#receive(this.link.deliver()),
      answer: () => this.#answers.splice(this.#random.below(this.#answers.length), 1)[0]?.(),
      ask: () => this.#ask(),
      rare: () => this.#rare(),
    };
    const often = ["act", "act", "pump", "pump", "pump", "deliver", "deliver", "deliver", "answer", "ask", "rare"];
    steps[/** @type {keyof typeof steps} */ (this.#random.pick(often))]();
  }

  #act() {
    this.#server.act();
    if (this.#server.told) this.link.queue.push({ type: "room", room: this.#server.room() });
    this.#server.told = false;
  }

  #rare() {
    this.#random.pick([
      () => this.#cut(),
      () => this.#receive(this.#random.pick(this.link.delivered)),
      () => this.link.queue[0]?.type === "events" && this.link.queue.shift(),
      () => this.link.heartbeat(),
      () => this.room && this.#apply((outcome) => trimWindow(/** @type {RoomState} */ (this.room), outcome)),
      () => this.#read(),
    ])();
  }

  #cut() {
    const cursor = helloCursors(this.state)[ROOM];
    this.link = new Link(this.#server, cursor);
  }

  #read() {
    if (!this.room) return;
    this.#server.lastRead = Math.max(this.#server.lastRead, Math.min(this.room.cursor, this.#server.clock));
    this.link.queue.push({ type: "room", room: this.#server.room() });
  }

  #ask() {
    const { room } = this;
    if (!room) return;
    const first = room.messages[0]?.tick;
    const last = room.messages.at(-1)?.tick;
    const choice = this.#random.pick(["latest", "around", "before", "after"]);
    if (choice === "before" && first && room.hasBefore) this.#request(room, "before", first);
    else if (choice === "after" && last && room.hasAfter) this.#request(room, "after", last);
    else if (choice === "around" && this.#server.clock) {
      this.#request(room, "around", 1 + this.#random.below(this.#server.clock));
    } else if (!room.loaded || room.hasAfter) this.#request(room, "latest", null);
  }

  /** @param {RoomState} room @param {PageRequest["kind"]} kind @param {number | null} anchor */
  #request(room, kind, anchor) {
    if (kind === "latest" || kind === "around") room.generation++;
    const request = { kind, anchor, generation: room.generation };
    const page = this.#server.page(anchor === null ? {} : { [kind]: anchor }, 6);
    this.#answers.push(() => this.#apply((outcome) => mergePage(room, normalisePage(page), request, outcome)));
  }

  /** @param {any} object */
  #receive(object) {
    if (!object || (object.type === "welcome" && this.link.delivered.length > 1)) return;
    // A repeated word about what is mine would be a false one, and the socket never repeats.
    if (object.type === "room" && this.link.delivered.at(-1) !== object) return;
    this.#apply((outcome) => applyObject(this.state, structuredClone(object), outcome, 0));
  }

  /** @param {(outcome: import("../../chat/static/chat/js/types.d.ts").Outcome) => unknown} apply */
  #apply(apply) {
    const outcome = createOutcome();
    apply(outcome);
    for (const effect of outcome.effects) {
      if (effect.type === "sync") this.link.sync(effect.since);
      else if (effect.type === "refresh") this.#refresh();
      else if (this.room) this.#request(this.room, "latest", null);
    }
  }

  #refresh() {
    const info = normaliseRoom(this.#server.room());
    const { room } = this;
    const words = room?.counts.words;
    if (room) this.#answers.push(() => this.#apply((outcome) => applyRefresh(room, info, words, outcome)));
  }

  /** Let everything under way arrive, as it does when nothing more happens. */
  settle() {
    for (let i = 0; i < 1000; i++) {
      if (this.link.idle && this.#answers.length === 0 && !this.room?.syncing && this.#checked()) return;
      this.link.pump();
      this.#receive(this.link.deliver());
      this.#answers.shift()?.();
    }
    throw new Error("the state and the server never came to rest");
  }

  /** A lost frame is noticed at the next heartbeat. */
  #checked() {
    if (this.room?.cursor === this.#server.clock) return true;
    this.link.heartbeat();
    return false;
  }
}
