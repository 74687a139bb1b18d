/** @import { ServerObject } from "./types.d.ts" */
import { CommandError, SUBPROTOCOL, utf8Length } from "./protocol.js";

/** ms without an answer after which an attempt is given up. */
const PATIENCE = 20_000;

/**
 * @typedef {object} SocketHandlers
 * @property {() => {cursors: Record<string, number>, epoch?: string}} hello asked for when the socket is open
 * @property {(objects: ServerObject[]) => void} receive everything of one frame but replies
 * @property {() => void} ready after the frame with `welcome`
 * @property {(code: number, opened: boolean) => void} closed once, however it ends
 */

/** One WebSocket from opening to close: hello, replies to commands, heartbeat, and `got`. */
export class Socket {
  #socket;
  #handlers;
  /** @type {Map<string, {resolve: (result: any) => void, reject: (error: CommandError) => void}>} */
  #waiting = new Map();
  #lastRef = 0;
  #opened = false;
  #ready = false;
  #received = 0;
  #reported = 0;
  #window = 0;
  #silence = PATIENCE;
  #lastFrame = Date.now();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;

  /**
   * @param {string} url
   * @param {SocketHandlers} handlers
   * @param {typeof globalThis.WebSocket} WebSocket
   */
  constructor(url, handlers, WebSocket = globalThis.WebSocket) {
    this.#handlers = handlers;
    this.#socket = new WebSocket(url, [SUBPROTOCOL]);
    this.#socket.onopen = () => this.#greet();
    this.#socket.onmessage = ({ data }) => this.#take(data);
    this.#socket.onclose = ({ code }) => this.#end(code);
    this.#rewatch();
  }

  #greet() {
    this.#opened = true;
    this.command("hello", { ...this.#handlers.hello() }).catch(() => this.close());
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} [fields]
   * @param {string} [ref] of a post; others get one here
   * @returns {Promise<any>} the result; rejects with a CommandError, `unavailable` when cut before the reply
   */
  command(type, fields = {}, ref = `c${++this.#lastRef}`) {
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== 1) return reject(new CommandError("unavailable", ""));
      this.#waiting.set(ref, { resolve, reject });
      this.#socket.send(JSON.stringify({ type, ref, ...fields }));
    });
  }

  /** Timers sleep with a closed laptop: look at once whether the connection has been silent too long. */
  check() {
    if (Date.now() - this.#lastFrame >= this.#silence) this.close();
  }

  /** Ends at once for us; a dead peer would not answer the closing handshake for minutes. */
  close() {
    this.#socket.close();
    this.#end(1006);
  }

  /** Close without a word to the handlers. */
  abandon() {
    this.#socket.close();
    this.#release();
  }

  /** @param {string} data a frame */
  #take(data) {
    if (this.#handlers === ENDED) return;
    this.#lastFrame = Date.now();
    /** @type {ServerObject[]} */
    const objects = JSON.parse(data);
    const replies = objects.filter(isReply);
    const others = objects.filter((object) => !isReply(object));
    const welcome = others.find((object) => object.type === "welcome");
    if (welcome) this.#settle(welcome);
    if (others.length) this.#handlers.receive(others);
    if (welcome) this.#handlers.ready();
    // Replies last, so that whoever waits for one sees the state it speaks of.
    for (const reply of replies) this.#answer(reply);
    this.#report(data);
    this.#rewatch();
  }

  /** @param {ServerObject} welcome */
  #settle(welcome) {
    this.#ready = true;
    this.#window = welcome.window;
    this.#silence = 2000 * welcome.heartbeat;
  }

  /** @param {ServerObject} reply */
  #answer(reply) {
    const waiting = this.#waiting.get(reply.ref);
    this.#waiting.delete(reply.ref);
    if (reply.type === "ok") waiting?.resolve(reply.result);
    else waiting?.reject(new CommandError(reply.code, reply.message, reply.retry_after));
  }

  /** @param {string} data After it was applied, so that the server waits for a page that is busy. */
  #report(data) {
    this.#received += utf8Length(data);
    // Half of what may be unreported, so that a window never fills while a report is under way.
    if (!this.#ready || this.#received - this.#reported < this.#window / 8) return;
    if (this.#socket.readyState !== 1) return;
    this.#reported = this.#received;
    this.#socket.send(JSON.stringify({ type: "got", bytes: this.#received }));
  }

  #rewatch() {
    clearTimeout(this.#watch);
    if (this.#handlers !== ENDED) this.#watch = setTimeout(() => this.close(), this.#silence);
  }

  /** @param {number} code */
  #end(code) {
    if (this.#handlers === ENDED) return;
    const { closed } = this.#handlers;
    this.#release();
    closed(code, this.#opened);
  }

  #release() {
    this.#handlers = ENDED;
    clearTimeout(this.#watch);
    for (const { reject } of this.#waiting.values()) reject(new CommandError("unavailable", ""));
    this.#waiting.clear();
  }
}

/** @type {SocketHandlers} What a late frame of an ended socket meets. */
const ENDED = Object.freeze({
  hello: () => ({ cursors: {} }),
  receive() {},
  ready() {},
  closed() {},
});

/** @param {ServerObject} object */
function isReply(object) {
  return object.type === "ok" || object.type === "error";
}
