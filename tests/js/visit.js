import { mock } from "node:test";
import { Client } from "../../chat/static/chat/js/client.js";
import { FakeSocket, ME, settled } from "./fake-socket.js";

const BOB = { id: 2, username: "bob", name: "Bob" };

/** A client of Alice's, who is in one room, and what it asks and tells. */
export class Visit {
  /** @type {string[]} events in order, with the room they are about */
  news = [];
  /** @type {string[]} */
  asked = [];
  /** @type {any} */
  page = pageUpTo(10);

  constructor() {
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
    FakeSocket.all = [];
    this.client = this.newClient();
    for (const name of /** @type {const} */ (["room", "gone", "messages", "pending", "typing", "user"])) {
      this.client.on(name, (/** @type {any} */ { room, replaced }) =>
        this.news.push([name, room, replaced && "replaced"].filter(Boolean).join(" ")),
      );
    }
  }

  /** A visit whose client has connected. */
  static async begin() {
    const visit = new Visit();
    await visit.client.start();
    FakeSocket.last.accept({ user: ME, rooms: [room()] });
    await settled();
    return visit;
  }

  newClient() {
    return new Client({
      me: ME,
      csrf: "token",
      socketURL: "ws://site/ws/",
      fetch: /** @type {any} */ (this.#fetch),
      WebSocket: /** @type {any} */ (FakeSocket),
    });
  }

  /** @param {string} path */
  #fetch = async (path) => {
    this.asked.push(path);
    const body = path === "/api/rooms" ? { rooms: [room({ clock: 12, unread: 5 })] } : this.page;
    return { status: 200, text: async () => JSON.stringify(body) };
  };

  ticks() {
    return this.client.room(7)?.messages.map(({ tick }) => tick);
  }

  end() {
    this.client.stop();
    mock.timers.reset();
  }
}

/** @param {any} [fields] */
export function room(fields = {}) {
  const shared = { id: 7, kind: "public", name: "General", topic: "", clock: 10, members: 2, archived: false };
  return { ...shared, role: "member", notify: "all", last_read: 10, unread: 0, mentions: 0, ...fields };
}

/** @param {number} tick @param {any} [fields] */
export function message(tick, fields = {}) {
  return { id: 100 + tick, room: 7, tick, author: BOB, ref: `r${tick}`, text: `t${tick}`, ...fields };
}

/** The latest page of history. @param {number} clock */
export function pageUpTo(clock) {
  return { messages: [message(clock - 1), message(clock)], more_before: true, more_after: false, clock };
}

/** @param {number} first @param {any[]} messages */
export function events(first, ...messages) {
  const changes = messages.map((each, i) => ({ tick: first + i, message: each }));
  return { type: "events", room: 7, first, last: first + messages.length - 1, changes };
}

/** What was sent of one type. @param {string} type */
export const commands = (type) => FakeSocket.last.sent.filter((command) => command.type === type);
