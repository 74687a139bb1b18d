/** A server of one room, as far as a client's state can tell, driven by a seeded generator. */

/** Mulberry32, by Tommy Ettinger (public domain): small, seedable, good enough to choose steps. @param {number} seed */
export function randomFrom(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    /** @param {number} n @returns {number} 0 … n-1 */
    below: (n) => Math.floor(next() * n),
    /** @template T @param {T[]} items @returns {T} */
    pick: (items) => /** @type {T} */ (items[Math.floor(next() * items.length)]),
  };
}

export const ROOM = 7;
export const ME = { id: 1, username: "alice", name: "Alice" };
const BOB = { id: 2, username: "bob", name: "Bob" };
const PEOPLE = [ME, BOB];

export class Server {
  epoch = "first";
  clock = 0;
  lastRead = 0;
  row = { name: "General", changed: 0 };
  /** @type {any[]} in order of birth */
  messages = [];
  /** @type {Map<number, {user: any, role: string, left: boolean, changed: number}>} */
  members = new Map(PEOPLE.map((user) => [user.id, { user, role: "member", left: false, changed: 0 }]));
  /** @type {any[]} every change as it was encoded at its tick, in order */
  log = [];
  #nextUser = 3;
  /** Whether the reader is about to be told what is unread. */
  told = false;
  /** @type {Map<any, any>} tombstones, and what they were */
  #removed = new Map();

  /** @param {ReturnType<typeof randomFrom>} random */
  constructor(random) {
    this.random = random;
  }

  act() {
    const acts = [
      this.post,
      this.post,
      this.post,
      this.edit,
      this.remove,
      this.restore,
      this.react,
      this.rename,
      this.join,
    ];
    this.random.pick([...acts, this.leave]).call(this);
  }

  post() {
    const source = this.random.next() < 0.3 ? this.random.pick(this.messages) : undefined;
    const tick = ++this.clock;
    const message = {
      id: 1000 + tick,
      room: ROOM,
      tick,
      changed: tick,
      author: this.random.pick(PEOPLE),
      ref: `ref-${tick}`,
      kind: this.random.next() < 0.1 ? "notice" : "text",
      text: `words of ${tick}`,
      mentions: this.random.next() < 0.3 ? [ME.id] : [],
      source,
    };
    this.messages.push(message);
    this.#log({ message: this.encode(message) });
  }

  edit() {
    this.#change((message, tick) => {
      message.text = `edited at ${tick}`;
      message.edited_at = "2026-01-01T00:00:00.000Z";
      message.mentions = this.random.next() < 0.5 ? [ME.id] : [];
    });
  }

  remove() {
    this.#change((message) => {
      this.#removed.set(message, { ...message });
      Object.assign(message, { deleted: true, text: "", mentions: [], reactions: [], edited_at: null });
    });
  }

  /** Who has not read so far is told anew what is unread: who never held the message cannot know that it was away. */
  restore() {
    const removed = this.random.pick([...this.#removed]);
    if (!removed) return;
    const [message, whole] = removed;
    this.#removed.delete(message);
    Object.assign(message, { deleted: false, edited_at: null }, whole, { changed: ++this.clock });
    this.#log({ message: this.encode(message) });
    this.told ||= message.tick > this.lastRead;
  }

  react() {
    this.#change((message, tick) => {
      message.reactions = [{ emoji: "👍", users: [tick] }];
    });
  }

  /** @param {(message: any, tick: number) => void} apply */
  #change(apply) {
    const message = this.random.pick(this.messages);
    if (!message || message.deleted) return;
    message.changed = ++this.clock;
    apply(message, this.clock);
    this.#log({ message: this.encode(message) });
  }

  rename() {
    this.row = { name: `Room ${++this.clock}`, changed: this.clock };
    this.#log({ room: this.#shared() });
  }

  /** Each person's membership changes once: a change does not tell what was before. */
  join() {
    const user = { id: this.#nextUser++, username: "guest", name: "Guest" };
    this.members.set(user.id, { user, role: "member", left: false, changed: ++this.clock });
    this.#log({ member: { user, role: "member" } });
  }

  leave() {
    const member = this.members.get(BOB.id);
    if (!member || member.left) return;
    Object.assign(member, { left: true, changed: ++this.clock });
    this.#log({ member: { user: BOB, role: "member", left: true } });
  }

  /** @param {any} change */
  #log(change) {
    this.log.push({ tick: this.clock, ...change });
  }

  /** @param {any} message @returns {any} without what has its default, as encoders may */
  encode({ source, ...message }) {
    const excerpt = source?.deleted ? {} : { excerpt: source?.text };
    const reply = source && { id: source.id, tick: source.tick, author: source.author, ...excerpt };
    const full = { ...message, ...(reply ? { reply_to: reply } : {}) };
    if (full.changed === full.tick) delete full.changed;
    if (full.kind === "text") delete full.kind;
    return structuredClone(full);
  }

  #shared() {
    const members = [...this.members.values()].filter((member) => !member.left).length;
    const fixed = { kind: "public", topic: "", archived: false, locked: false, slow_mode: 0 };
    return { id: ROOM, name: this.row.name, clock: this.clock, members, ...fixed };
  }

  /** @returns {any} the room as its member sees it */
  room() {
    const unread = this.messages.filter(
      (each) => each.tick > this.lastRead && each.kind === "text" && !each.deleted && each.author.id !== ME.id,
    );
    const mentions = unread.filter((each) => each.mentions.includes(ME.id)).length;
    const mine = { role: "member", notify: "all", last_read: this.lastRead, muted_until: null };
    return { ...this.#shared(), ...mine, unread: unread.length, mentions };
  }

  welcome() {
    return { type: "welcome", user: ME, epoch: this.epoch, heartbeat: 20, window: 524288, rooms: [this.room()] };
  }

  /** @param {number} since @returns {any[]} the present state of what changed, in order */
  changesSince(since) {
    const rows = [
      ...this.messages.map((each) => ({ tick: each.changed, message: this.encode(each) })),
      ...[...this.members.values()].map(({ changed, ...member }) => ({ tick: changed, member })),
      { tick: this.row.changed, room: this.#shared() },
    ];
    return rows.filter(({ tick }) => tick > since).sort((a, b) => a.tick - b.tick);
  }

  /** @param {{before?: number, after?: number, around?: number}} query @param {number} limit @returns {any} */
  page({ before, after, around }, limit) {
    const all = this.messages;
    let start = Math.max(0, all.length - limit);
    if (before !== undefined) start = Math.max(0, all.filter((each) => each.tick < before).length - limit);
    if (after !== undefined) start = all.filter((each) => each.tick <= after).length;
    if (around !== undefined) start = Math.max(0, all.filter((each) => each.tick < around).length - 2);
    let end = Math.min(all.length, start + limit);
    if (before !== undefined) end = all.filter((each) => each.tick < before).length;
    const messages = all.slice(start, end).map((each) => this.encode(each));
    return { messages, more_before: start > 0, more_after: end < all.length, clock: this.clock };
  }
}
