/** @import { ConnectionPhase, ConnectionStatus, ServerObject, User } from "./types.d.ts" */
/** @import { Api } from "./api.js" */
import { Backoff } from "./backoff.js";
import { Polling } from "./polling.js";
import { CLOSE, CommandError } from "./protocol.js";
import { Socket } from "./socket.js";

/** Attempts that never opened, with HTTP working, after which a WebSocket is held to be blocked. */
const BLOCKED_AFTER = 3;
/** ms between trials of a WebSocket while polling. */
const TRIAL_EVERY = 60_000;
/** ms added after 4429: the limit is per minute, an early return only feeds it. */
const TOO_MANY_PAUSE = 30_000;
/** ms a connection must have lasted to count as sound; else a server that accepts and drops is hammered. */
const SOUND_AFTER = 10_000;

/**
 * @typedef {object} ConnectionOptions
 * @property {string} url
 * @property {Api} api
 * @property {() => {me: User, cursors: Record<string, number>, epoch: string | null}} socketHello cursors to resume at
 * @property {() => {me: User, cursors: Record<string, number>, epoch: string | null}} pollHello cursors of every room
 * @property {(objects: ServerObject[]) => void} receive
 * @property {typeof globalThis.WebSocket} [WebSocket]
 */

/**
 * Keeps one connection to the server, by whatever transport works.
 * Emits `state` (detail: ConnectionStatus), `signed-out` and `refused`.
 */
export class Connection extends EventTarget {
  #options;
  #backoff = new Backoff();
  /** @type {ConnectionStatus} */
  #status = { phase: "connecting", transport: "websocket", retryAt: null, closedBy: null };
  /** @type {Socket | null} the socket in use, or being opened */
  #socket = null;
  /** @type {Polling | null} */
  #polling = null;
  #unopened = 0;
  #onlineSince = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {ConnectionOptions} options */
  constructor(options) {
    super();
    this.#options = options;
  }

  get status() {
    return this.#status;
  }

  start() {
    this.#openSocket();
  }

  stop() {
    this.#drop();
    this.#change({ phase: "offline", retryAt: null });
  }

  /** The network is back, or the reader looks: do not sit out a pause. */
  hurry() {
    if (this.#status.retryAt !== null) this.#reconnect();
    else this.#socket?.check();
  }

  /** The browser says that there is no network. It may be wrong, as with a server on the same machine, so attempts go on. */
  lostNetwork() {
    if (!this.#polling) this.#socket?.close();
  }

  /**
   * @param {string} type @param {Record<string, unknown>} [fields] @param {string} [ref]
   * @returns {Promise<any>} rejects with a CommandError
   */
  command(type, fields, ref) {
    if (this.#status.phase !== "online") return Promise.reject(new CommandError("unavailable", ""));
    if (this.#polling) return this.#polling.command(type, fields ?? {}, ref ?? "");
    return /** @type {Socket} */ (this.#socket).command(type, fields, ref);
  }

  #reconnect() {
    clearTimeout(this.#timer);
    this.#change({ retryAt: null });
    this.#openSocket();
  }

  #openSocket() {
    const { url, WebSocket, receive, socketHello } = this.#options;
    const handlers = {
      hello() {
        const { cursors, epoch } = socketHello();
        return epoch === null ? { cursors } : { cursors, epoch };
      },
      receive,
      ready: () => this.#socketReady(),
      closed: (/** @type {number} */ code, /** @type {boolean} */ opened) => this.#socketClosed(code, opened),
    };
    this.#socket = new Socket(url, handlers, WebSocket);
  }

  #socketReady() {
    clearTimeout(this.#timer);
    this.#polling?.close();
    this.#polling = null;
    this.#unopened = 0;
    this.#online("websocket");
  }

  /** @param {number} code @param {boolean} opened */
  async #socketClosed(code, opened) {
    this.#socket = null;
    if (code === CLOSE.signedOut) return this.#finish(code, "signed-out");
    if (code === CLOSE.refused) return this.#finish(code, "refused");
    if (this.#polling) return this.#tryLater();
    this.#unopened = opened ? 0 : this.#unopened + 1;
    this.#pause(code === CLOSE.tooMany ? TOO_MANY_PAUSE : 0);
    if (!opened) await this.#askByHTTP();
  }

  /** A refusal before the upgrade looks like a dead network to a page; HTTP tells them apart. */
  async #askByHTTP() {
    const reason = await this.#options.api.request("GET", "/api/sync?cursors=%7B%7D&wait=0").then(
      () => null,
      (error) => error,
    );
    // Another attempt is under way, or none is wanted any more.
    if (this.#status.retryAt === null) return;
    if (isSignedOut(reason)) this.#finish(CLOSE.signedOut, "signed-out");
    else if (reason === null && this.#unopened >= BLOCKED_AFTER) this.#poll();
  }

  #poll() {
    clearTimeout(this.#timer);
    this.#change({ retryAt: null });
    this.#polling = new Polling(this.#options.api, {
      hello: this.#options.pollHello,
      receive: this.#options.receive,
      ready: () => {
        this.#online("polling");
        this.#tryLater();
      },
      failed: (error) => this.#pollingFailed(error),
    });
  }

  #tryLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#openSocket(), TRIAL_EVERY);
  }

  /** @param {CommandError} error */
  #pollingFailed(error) {
    this.#polling = null;
    if (isSignedOut(error)) this.#finish(CLOSE.signedOut, "signed-out");
    // A trial under way goes on and reports for itself.
    else if (this.#socket) this.#change({ phase: "reconnecting" });
    else this.#pause((error.retryAfter ?? 0) * 1000);
  }

  /** @param {"websocket" | "polling"} transport */
  #online(transport) {
    this.#onlineSince = Date.now();
    this.#change({ phase: "online", transport, retryAt: null });
  }

  /** @param {number} least ms */
  #pause(least) {
    if (this.#status.phase === "online" && Date.now() - this.#onlineSince >= SOUND_AFTER) {
      this.#backoff.reset();
    }
    const delay = least + this.#backoff.next();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reconnect(), delay);
    this.#change({ phase: resting(), retryAt: Date.now() + delay });
  }

  /** @param {number} code @param {"signed-out" | "refused"} event */
  #finish(code, event) {
    this.#drop();
    this.#change({ phase: "offline", retryAt: null, closedBy: code });
    this.dispatchEvent(new CustomEvent(event));
  }

  #drop() {
    clearTimeout(this.#timer);
    this.#polling?.close();
    this.#polling = null;
    this.#socket?.abandon();
    this.#socket = null;
  }

  /** @param {Partial<ConnectionStatus>} fields */
  #change(fields) {
    this.#status = { ...this.#status, ...fields };
    this.dispatchEvent(new CustomEvent("state", { detail: this.#status }));
  }
}

/** @returns {ConnectionPhase} */
function resting() {
  return globalThis.navigator?.onLine === false ? "offline" : "reconnecting";
}

/** @param {unknown} error */
function isSignedOut(error) {
  return error instanceof CommandError && error.code === "signed_out";
}
