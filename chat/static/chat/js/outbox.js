/** @import { Draft, Id, Pending, Tick, WireError } from "./types.d.ts" */
/** @import { Store } from "./outbox-store.js" */
/** @import { OutboxNews, Tabs } from "./tabs.js" */
import { createPending } from "./pending.js";
import { CommandError } from "./protocol.js";
import { Turns } from "./turns.js";

/** Refusals that pass by themselves. All others are kept for the writer to decide. */
const PASSING = new Set(["unavailable", "rate_limited", "slow_mode", "signed_out"]);

/**
 * @typedef {object} OutboxOptions
 * @property {Store} store
 * @property {(pending: Pending) => Promise<{tick: Tick}>} send resolves once the post is stored for ever
 * @property {Pick<Tabs, "post" | "listen" | "alone">} tabs
 * @property {() => number} [now] ms
 */

/**
 * Posts until they are acknowledged, kept across reloads and shared by all tabs: each room's in order, one at
 * a time, under the ref they were born with. Emits `change` with the room's id as detail.
 */
export class Outbox extends EventTarget {
  #store;
  #send;
  #tabs;
  #now;
  #turns;
  /** @type {Map<string, Pending>} */
  #posts = new Map();
  /** @type {Set<string>} refs that the store could not take */
  #unkept = new Set();

  /** @param {OutboxOptions} options */
  constructor({ store, send, tabs, now = Date.now }) {
    super();
    this.#store = store;
    this.#send = send;
    this.#tabs = tabs;
    this.#now = now;
    this.#turns = new Turns(
      (room) => this.list(room).find((pending) => pending.state === "waiting"),
      (pending) => this.#takeTurn(pending),
      now,
    );
    tabs.listen((news) => this.#hear(news));
  }

  /** Take up what an earlier page or another tab left. */
  async load() {
    for (const pending of await this.#store.all()) if (!this.#posts.has(pending.ref)) this.#show(pending);
    this.#runAll();
  }

  /** @param {Id} room @returns {Pending[]} in order of posting */
  list(room) {
    return [...this.#posts.values()]
      .filter((pending) => pending.room === room)
      .sort((a, b) => a.queuedAt - b.queuedAt);
  }

  /** @param {Id} room @param {Draft} draft @returns {Pending} */
  add(room, draft) {
    const after = this.list(room).at(-1)?.queuedAt ?? 0;
    const pending = createPending(room, draft, Math.max(this.#now(), after + 1));
    this.#show(pending);
    this.#enqueue(pending);
    return pending;
  }

  /** @param {string} ref of a failed post */
  retry(ref) {
    if (this.#posts.get(ref)?.state !== "failed") return;
    const again = this.#mark(ref, { state: "waiting", error: null });
    if (!again) return;
    this.#turns.unpause(again.room);
    this.#enqueue(again);
  }

  /** @param {string} ref of a failed post */
  discard(ref) {
    if (this.#posts.get(ref)?.state === "failed") this.#forget(ref);
  }

  /** @param {string} ref whose message itself has been seen */
  settle(ref) {
    if (this.#posts.has(ref)) this.#forget(ref);
  }

  /**
   * Drop what lies below a cursor: its message has been seen, in the window or outside it.
   * @param {(room: Id) => Tick} cursorOf
   */
  settleSeen(cursorOf) {
    for (const { ref, room, tick } of [...this.#posts.values()]) {
      if (tick !== null && tick <= cursorOf(room)) this.#drop(ref);
    }
  }

  /** Send again what was acknowledged and not seen yet: a site restored from a backup may have lost it. */
  repeat() {
    for (const { ref, state } of [...this.#posts.values()]) {
      const again = state === "sent" && this.#mark(ref, { state: "waiting", tick: null });
      if (again) this.#enqueue(again);
    }
  }

  /** @param {boolean} online */
  setOnline(online) {
    if (online === this.#turns.online) return;
    this.#turns.setOnline(online);
    if (online) this.#runAll();
  }

  #runAll() {
    for (const room of new Set([...this.#posts.values()].map((pending) => pending.room))) {
      this.#turns.run(room);
    }
  }

  /** @param {Pending} pending Another tab may be at it: whoever has the lock looks first what is left to do. */
  async #takeTurn({ ref }) {
    await this.#tabs.alone(`chat-outbox-${ref}`, async () => {
      const pending = this.#posts.get(ref);
      if (pending?.state !== "waiting") return;
      const kept = await this.#kept(pending);
      // Sent by another tab, which tells the tick in a moment; until then it must not be tried again.
      if (!kept) this.#mark(ref, { state: "sent" });
      else if (kept.state === "failed") this.#show(kept);
      else await this.#deliver(pending);
    });
  }

  /** @param {Pending} pending On disk before it is first sent, so that a reload at any moment loses nothing. */
  async #enqueue(pending) {
    await this.#keep(pending);
    this.#turns.run(pending.room);
    // Last, so that the tab in which it was written is the first to try.
    this.#tabs.post({ ref: pending.ref, pending });
  }

  /** @param {Pending} pending @returns {Promise<Pending | undefined>} */
  async #kept(pending) {
    if (this.#unkept.has(pending.ref)) return pending;
    return this.#store.get(pending.ref).catch(() => pending);
  }

  /** @param {Pending} pending */
  async #deliver({ ref, room }) {
    const sending = this.#mark(ref, { state: "sending", error: null });
    if (!sending) return;
    try {
      const { tick } = await this.#send(sending);
      this.#turns.unpause(room);
      await this.#acknowledge(ref, tick);
    } catch (reason) {
      await this.#refuse(sending, CommandError.describe(reason));
    }
  }

  /** @param {string} ref @param {Tick} tick */
  async #acknowledge(ref, tick) {
    const sent = this.#mark(ref, { state: "sent", tick });
    await this.#store.delete(ref).catch(() => undefined);
    if (sent) this.#tabs.post({ ref, pending: sent });
  }

  /** @param {Pending} pending @param {WireError} error */
  async #refuse({ ref, room }, error) {
    if (PASSING.has(error.code)) {
      this.#turns.pause(room, error);
      this.#mark(ref, { state: "waiting", error });
      return;
    }
    const failed = this.#mark(ref, { state: "failed", error });
    if (!failed) return;
    await this.#keep(failed);
    this.#tabs.post({ ref, pending: failed });
  }

  /** @param {Pending} pending */
  async #keep(pending) {
    try {
      await this.#store.put(pending);
    } catch {
      // A full disk must not stop the post itself: it is sent from memory.
      this.#unkept.add(pending.ref);
    }
  }

  /** @param {string} ref */
  #forget(ref) {
    this.#drop(ref);
    this.#store.delete(ref).catch(() => undefined);
    this.#tabs.post({ ref, pending: null });
  }

  /** @param {OutboxNews} news from another tab */
  #hear({ ref, pending }) {
    if (!pending) return this.#drop(ref);
    const mine = this.#posts.get(ref);
    if (mine?.state === "sending" || (!mine && pending.state === "sent")) return;
    this.#show(pending);
    this.#turns.run(pending.room);
  }

  /** @param {string} ref @param {Partial<Pending>} fields */
  #mark(ref, fields) {
    const pending = this.#posts.get(ref);
    if (!pending) return undefined;
    const marked = { ...pending, ...fields };
    this.#show(marked);
    return marked;
  }

  /** @param {Pending} pending */
  #show(pending) {
    this.#posts.set(pending.ref, pending);
    this.#tell(pending.room);
  }

  /** @param {string} ref */
  #drop(ref) {
    const pending = this.#posts.get(ref);
    if (this.#posts.delete(ref) && pending) this.#tell(pending.room);
  }

  /** @param {Id} room */
  #tell(room) {
    this.dispatchEvent(new CustomEvent("change", { detail: room }));
  }
}
