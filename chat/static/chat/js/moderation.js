/** @import { Api } from "./api.js" */
/** @import { Id, Time } from "./types.d.ts" */
/** @import { CaseFile, CasePage, ModeratorsNote, PersonRecord, Posting, Removal, RoomRecord, Trial, WordRule } from "./moderation-types.d.ts" */

/**
 * What moderators do, over HTTP. Without a `room` the whole site is meant. Every method rejects with a `CommandError`.
 */
export class Moderation {
  #api;

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
  }

  /** @param {Id} user @param {{reason: string, room?: Id, signed?: boolean}} fields */
  async warn(user, fields) {
    await this.#act(user, "warn", fields);
  }

  /** @param {Id} user @param {{minutes: number, reason: string, room?: Id}} fields */
  async mute(user, fields) {
    await this.#act(user, "mute", fields);
  }

  /** @param {Id} user @param {{room?: Id}} fields */
  async unmute(user, fields) {
    await this.#act(user, "unmute", fields);
  }

  /** @param {Id} user @param {{reason: string, minutes?: number, room?: Id}} fields minutes: none for good */
  async ban(user, fields) {
    await this.#act(user, "ban", fields);
  }

  /** @param {Id} user @param {{room?: Id}} fields */
  async unban(user, fields) {
    await this.#act(user, "unban", fields);
  }

  /** Remove all they wrote. @param {Id} user @param {{since: Time, reason: string, room?: Id}} fields @returns {Promise<number>} messages */
  async purge(user, fields) {
    return (await this.#act(user, "purge", fields)).messages;
  }

  /** @param {Id} user @param {{reason: string}} fields */
  async deactivate(user, fields) {
    await this.#act(user, "deactivate", fields);
  }

  /** End all their sessions. @param {Id} user @param {{reason: string}} fields */
  async signOut(user, fields) {
    await this.#act(user, "sign-out", fields);
  }

  /** @param {Id} user @param {string} act @param {object} fields */
  #act(user, act, fields) {
    return this.#api.request("POST", `/api/users/${user}/${act}`, fields);
  }

  /** @param {Id} user @param {{room?: Id, before?: Id}} [query] @returns {Promise<PersonRecord>} */
  async record(user, query = {}) {
    return this.#api.request("GET", `/api/users/${user}/record${search(query)}`);
  }

  /** @param {Id} room @param {{before?: Id}} [query] @returns {Promise<RoomRecord>} */
  async roomRecord(room, query = {}) {
    return this.#api.request("GET", `/api/rooms/${room}/record${search(query)}`);
  }

  /** @param {Id} room @param {Id[]} messages at most 200 @returns {Promise<Removal[]>} */
  async removals(room, messages) {
    const query = search({ messages: JSON.stringify(messages) });
    return (await this.#api.request("GET", `/api/rooms/${room}/removals${query}`)).removals;
  }

  /** @param {Id} act the purge, as the record has it */
  async restorePurged(act) {
    await this.#api.request("POST", `/api/moderation/purges/${act}/restore`, {});
  }

  /** @param {Id} user @returns {Promise<ModeratorsNote[]>} */
  async notes(user) {
    return (await this.#api.request("GET", `/api/users/${user}/notes`)).notes;
  }

  /** @param {Id} user @param {string} text @returns {Promise<ModeratorsNote>} */
  async addNote(user, text) {
    return this.#api.request("POST", `/api/users/${user}/notes`, { text });
  }

  /** @param {Id} room @param {Partial<Posting>} fields */
  async setPosting(room, fields) {
    await this.#api.request("PATCH", `/api/rooms/${room}/moderation`, fields);
  }

  /** Take away what somebody wrote; it can be restored. @param {Id} message @param {string} [reason] */
  async removeMessage(message, reason = "") {
    await this.#api.request("POST", `/api/messages/${message}/remove`, { reason });
  }

  /** @param {Id} message */
  async restoreMessage(message) {
    await this.#api.request("POST", `/api/messages/${message}/restore`, {});
  }

  /** @param {{state?: string, room?: Id, after?: Id}} query @returns {Promise<CasePage>} */
  async cases(query) {
    return this.#api.request("GET", `/api/moderation/cases${search(query)}`);
  }

  /** @param {Id} id @returns {Promise<CaseFile>} */
  async openCase(id) {
    return this.#api.request("GET", `/api/moderation/cases/${id}`);
  }

  /** @param {Id} id @param {{state: "resolved" | "dismissed" | "reopened", outcome?: string} | {assignee: Id | null}} fields */
  async changeCase(id, fields) {
    await this.#api.request("PATCH", `/api/moderation/cases/${id}`, fields);
  }

  /** @param {Id} room @returns {Promise<WordRule[]>} */
  async rules(room) {
    return (await this.#api.request("GET", `/api/moderation/rules${search({ room })}`)).rules;
  }

  /** @param {{pattern: string, mode: string, room: Id}} fields */
  async addRule(fields) {
    await this.#api.request("POST", "/api/moderation/rules", fields);
  }

  /** @param {Id} id */
  async removeRule(id) {
    await this.#api.request("DELETE", `/api/moderation/rules/${id}`);
  }

  /** What a rule would have caught. @param {{pattern: string, room: Id}} fields @returns {Promise<Trial>} */
  async tryRule(fields) {
    return this.#api.request("POST", "/api/moderation/rules/try", fields);
  }
}

/** @param {Record<string, string | number>} query */
function search(query) {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}
