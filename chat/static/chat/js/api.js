/** @import { Attachment, Id, Member, Notify, Page, Role, Room, Tick, User } from "./types.d.ts" */

import { normaliseMember, normalisePage, normaliseRoom, normaliseUser } from "./normalise.js";
import { CommandError } from "./protocol.js";
import { upload } from "./upload.js";

/** The HTTP half of the contract. Every method rejects with a `CommandError`. */
export class Api {
  #csrf;
  #fetch;

  /** @param {{csrf: string, fetch?: typeof globalThis.fetch}} options */
  constructor({ csrf, fetch = globalThis.fetch.bind(globalThis) }) {
    this.#csrf = csrf;
    this.#fetch = fetch;
  }

  /** @returns {Promise<Room[]>} mine */
  async rooms() {
    return (await this.request("GET", "/api/rooms")).rooms.map(normaliseRoom);
  }

  /** @returns {Promise<Room[]>} public rooms I could join */
  async publicRooms() {
    return (await this.request("GET", "/api/rooms/public")).rooms.map(normaliseRoom);
  }

  /**
   * @param {{kind: "public" | "private" | "direct", name?: string, topic?: string, members?: Id[]}} room
   * @returns {Promise<Room>} for a direct room of people who have one: that one
   */
  async createRoom(room) {
    return normaliseRoom(await this.request("POST", "/api/rooms", room));
  }

  /** @param {Id} room @param {{name?: string, topic?: string, archived?: boolean}} fields @returns {Promise<Room>} */
  async changeRoom(room, fields) {
    return normaliseRoom(await this.request("PATCH", `/api/rooms/${room}`, fields));
  }

  /** @param {Id} room @param {Notify} notify @returns {Promise<Room>} */
  async setNotify(room, notify) {
    return normaliseRoom(await this.request("PATCH", `/api/rooms/${room}/me`, { notify }));
  }

  /** @param {Id} room */
  async join(room) {
    await this.request("POST", `/api/rooms/${room}/join`);
  }

  /** @param {Id} room */
  async leave(room) {
    await this.request("POST", `/api/rooms/${room}/leave`);
  }

  /**
   * @param {Id} room @param {{q?: string, after?: Id}} [query]
   * @returns {Promise<{members: Member[], more: boolean}>}
   */
  async members(room, query = {}) {
    const page = await this.request("GET", `/api/rooms/${room}/members${search(query)}`);
    return { members: page.members.map(normaliseMember), more: Boolean(page.more) };
  }

  /** Add someone, or change their role. @param {Id} room @param {Id} user @param {Role} role */
  async setMember(room, user, role) {
    await this.request("PUT", `/api/rooms/${room}/members/${user}`, { role });
  }

  /** @param {Id} room @param {Id} user */
  async removeMember(room, user) {
    await this.request("DELETE", `/api/rooms/${room}/members/${user}`);
  }

  /** @param {string} q @returns {Promise<User[]>} people I may mention or write to */
  async users(q) {
    return (await this.request("GET", `/api/users${search({ q })}`)).users.map(normaliseUser);
  }

  /**
   * @param {Id} room
   * @param {{before?: Tick, after?: Tick, around?: Tick, limit?: number}} [query] at most one of the three
   * @returns {Promise<Page>}
   */
  async history(room, query = {}) {
    return normalisePage(await this.request("GET", `/api/rooms/${room}/messages${search(query)}`));
  }

  /**
   * @param {Id} room
   * @param {{ref: string, text: string, reply_to?: Id, attachments?: Id[]}} post
   * @returns {Promise<{id: Id, tick: Tick}>}
   */
  async post(room, post) {
    return this.request("POST", `/api/rooms/${room}/messages`, post);
  }

  /**
   * @param {File} file @param {(share: number) => void} [progress] 0 … 1
   * @param {AbortSignal} [signal]
   * @returns {Promise<Attachment>}
   */
  async upload(file, progress, signal) {
    return upload(file, { csrf: this.#csrf, progress, signal });
  }

  /**
   * @param {string} method @param {string} path @param {unknown} [body] sent as JSON
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>} the answer's JSON, null when it is empty
   */
  async request(method, path, body, signal) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (method !== "GET") headers["X-CSRFToken"] = this.#csrf;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await this.#fetch(path, {
        method,
        headers,
        credentials: "same-origin",
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
    } catch (reason) {
      throw new CommandError("unavailable", String(reason));
    }
    return answer(response.status, await response.text());
  }
}

/**
 * @param {number} status @param {string} text the body
 * @returns {any} the JSON of a success
 * @throws {CommandError}
 */
export function answer(status, text) {
  const body = parse(text);
  if (status >= 200 && status < 300 && body !== undefined) return body;
  const error = body?.error ?? {};
  throw new CommandError(error.code ?? codeOf(status), error.message ?? "", error.retry_after);
}

/** @param {string} text @returns {any} undefined: no JSON, such as the page of a proxy */
function parse(text) {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {number} status of an answer that is not ours, such as a proxy's */
function codeOf(status) {
  if (status === 413) return "too_large";
  if (status === 429) return "rate_limited";
  if (status >= 400 && status < 500) return "invalid";
  return "unavailable";
}

/** @param {Record<string, string | number | undefined>} query */
function search(query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}
