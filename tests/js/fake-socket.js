/** Who is signed in. */
export const ME = { id: 1, username: "alice", name: "Alice", avatar: null, bot: false };

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  /** @type {FakeSocket[]} */
  static all = [];
  /** @returns {FakeSocket} */
  static get last() {
    return /** @type {FakeSocket} */ (FakeSocket.all.at(-1));
  }

  readyState = 0;
  /** @type {any[]} objects the client sent */
  sent = [];
  onopen = () => {};
  /** @type {(event: {data: string}) => void} */
  onmessage = () => {};
  /** @type {(event: {code: number}) => void} */
  onclose = () => {};

  /** @param {string} url @param {string[]} protocols */
  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
    FakeSocket.all.push(this);
  }

  /** @param {string} data */
  send(data) {
    this.sent.push(JSON.parse(data));
  }

  close() {
    this.readyState = 3;
  }

  /** @param {any} [welcome] Accept, and answer the hello. */
  accept(welcome = {}) {
    this.open();
    this.deliver({ type: "welcome", epoch: "e1", heartbeat: 20, window: 8000, rooms: [], ...welcome });
    this.answer("hello", {});
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  /** @param {any[]} objects */
  deliver(...objects) {
    this.onmessage({ data: JSON.stringify(objects) });
  }

  /** @param {string} type @returns {any} the last command of that type */
  command(type) {
    return this.sent.findLast((command) => command.type === type);
  }

  /** @param {string} type @param {any} result */
  answer(type, result) {
    this.deliver({ type: "ok", ref: this.command(type).ref, result });
  }

  /** @param {string} type @param {any} error */
  refuse(type, error) {
    this.deliver({ type: "error", ref: this.command(type).ref, message: "", ...error });
  }

  /** @param {number} code The server closes, or the network is cut. */
  drop(code = 1006) {
    this.readyState = 3;
    this.onclose({ code });
  }
}

/** What tests need of promises that are due: timers are mocked, so nothing else may be waited for. */
export async function settled() {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
