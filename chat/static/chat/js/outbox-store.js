/** @import { Id, Pending } from "./types.d.ts" */

/** @typedef {Pick<OutboxStore, "all" | "get" | "put" | "delete">} Store */

/**
 * Where unacknowledged posts outlive the page. Each account has its own: nobody sends what another person
 * wrote at the same browser. In memory where the browser offers no database, as in some private windows.
 */
export class OutboxStore {
  #opened;

  /** @param {Id} user @param {IDBFactory} [indexedDB] */
  constructor(user, indexedDB) {
    this.#opened = indexedDB
      ? openDatabase(indexedDB, `chat-outbox-${user}`).then(
          (database) => new DatabaseStore(database),
          () => new MemoryStore(),
        )
      : Promise.resolve(new MemoryStore());
  }

  /** @returns {Promise<Pending[]>} */
  async all() {
    return (await this.#opened).all();
  }

  /** @param {string} ref @returns {Promise<Pending | undefined>} */
  async get(ref) {
    return (await this.#opened).get(ref);
  }

  /** @param {Pending} pending @returns {Promise<void>} resolves once it is on disk */
  async put(pending) {
    return (await this.#opened).put(pending);
  }

  /** @param {string} ref @returns {Promise<void>} */
  async delete(ref) {
    return (await this.#opened).delete(ref);
  }
}

const POSTS = "posts";

/** @param {IDBFactory} indexedDB @param {string} name @returns {Promise<IDBDatabase>} */
async function openDatabase(indexedDB, name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(POSTS, { keyPath: "ref" });
  return done(request);
}

class DatabaseStore {
  #database;

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.#database = database;
  }

  /** @returns {Promise<Pending[]>} */
  all() {
    return done(this.#posts().getAll());
  }

  /** @param {string} ref @returns {Promise<Pending | undefined>} */
  get(ref) {
    return done(this.#posts().get(ref));
  }

  /** @param {Pending} pending @returns {Promise<void>} */
  async put(pending) {
    await this.#write((posts) => posts.put(pending));
  }

  /** @param {string} ref @returns {Promise<void>} */
  async delete(ref) {
    await this.#write((posts) => posts.delete(ref));
  }

  #posts() {
    return this.#database.transaction(POSTS, "readonly").objectStore(POSTS);
  }

  /** @param {(posts: IDBObjectStore) => void} change @returns {Promise<void>} */
  #write(change) {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(POSTS, "readwrite");
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      change(transaction.objectStore(POSTS));
    });
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

class MemoryStore {
  /** @type {Map<string, Pending>} */
  #posts = new Map();

  /** @returns {Promise<Pending[]>} */
  async all() {
    return [...this.#posts.values()].map((pending) => ({ ...pending }));
  }

  /** @param {string} ref @returns {Promise<Pending | undefined>} */
  async get(ref) {
    const found = this.#posts.get(ref);
    return found && { ...found };
  }

  /** @param {Pending} pending @returns {Promise<void>} */
  async put(pending) {
    this.#posts.set(pending.ref, { ...pending });
  }

  /** @param {string} ref @returns {Promise<void>} */
  async delete(ref) {
    this.#posts.delete(ref);
  }
}
