/** @import { Notice, ReportCategory } from "./notice-types.d.ts" */
/** @import { Attachment, Id, Member, Notify, Page, Role, Room, Tick, User } from "./types.d.ts" */

import { readAnswer } from "./answer.js";
import { normaliseMember, normaliseNotice, normalisePage, normaliseRoom, normaliseUser } from "./normalise.js";
import { CommandError } from "./protocol.js";
import { upload } from "./upload.js";

/** ms before a request is given up: longer than the server holds back the answer to a poll. */
const PATIENCE = 40_000;

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

  /** @param {Id} room @param {Id} user @param {string} reason may be empty */
  async removeMember(room, user, reason) {
    await this.request("DELETE", `/api/rooms/${room}/members/${user}`, reason ? { reason } : undefined);
  }

  /** @param {{message?: Id, person?: Id, category: ReportCategory, note: string}} report of one of the two */
  async report(report) {
    await this.request("POST", "/api/reports", report);
  }

  /** @returns {Promise<Notice[]>} mine, those not seen among them */
  async notices() {
    return (await this.request("GET", "/api/notices")).notices.map(normaliseNotice);
  }

  /** It was seen; no screen shows it any more. @param {Id} notice */
  async putAside(notice) {
    await this.request("POST", `/api/notices/${notice}/seen`);
  }

  /** @returns {Promise<Id[]>} whom I block */
  async blocks() {
    return (await this.request("GET", "/api/blocks")).users;
  }

  /** @returns {Promise<number | null>} how many reports wait for me; null: I moderate nothing */
  async waiting() {
    return (await this.request("GET", "/api/moderation/waiting")).open;
  }

  /** @param {Id} user */
  async block(user) {
    await this.request("PUT", `/api/blocks/${user}`);
  }

  /** @param {Id} user */
  async unblock(user) {
    await this.request("DELETE", `/api/blocks/${user}`);
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
    try {
      const response = await this.#fetch(path, {
        method,
        headers,
        credentials: "same-origin",
        signal: AbortSignal.any([AbortSignal.timeout(PATIENCE), ...(signal ? [signal] : [])]),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return readAnswer(response.status, await response.text());
    } catch (reason) {
      throw reason instanceof CommandError ? reason : new CommandError("unavailable", String(reason));
    }
  }
}

/** @param {Record<string, string | number | undefined>} query */
function search(query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}
