import { mock } from "node:test";
import { Api } from "../../chat/static/chat/js/api.js";
import { Connection } from "../../chat/static/chat/js/connection.js";
import { FakeSocket, ME, settled } from "./fake-socket.js";

export const MOST = 10_000;

/** A connection to a site whose sockets and answers the test decides, and what became of it. */
export class Line {
  /** @type {any[]} */
  received = [];
  /** @type {string[]} */
  asked = [];
  /** @type {string[]} */
  news = [];
  /** @type {(path: string, init: any) => {status: number, body: any} | Error | Promise<any>} */
  http = () => new Error("no network");

  constructor() {
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
    FakeSocket.all = [];
    this.connection = this.newConnection();
    for (const name of ["signed-out", "refused"]) {
      this.connection.addEventListener(name, () => this.news.push(name));
    }
  }

  newConnection() {
    return new Connection({
      url: "ws://site/ws/",
      api: new Api({ csrf: "token", fetch: /** @type {any} */ (this.#fetch) }),
      socketHello: () => ({ me: ME, cursors: { 7: 10 }, epoch: "e1" }),
      pollHello: () => ({ me: ME, cursors: { 7: 10, 8: 2 }, epoch: "e1" }),
      receive: (objects) => this.received.push(...objects),
      WebSocket: /** @type {any} */ (FakeSocket),
    });
  }

  /** @param {string} path @param {any} init */
  #fetch = async (path, init) => {
    this.asked.push(`${init.method} ${path.split("?")[0]}`);
    const answer = await this.http(path, init);
    if (answer instanceof Error) throw answer;
    return { status: answer.status, text: async () => JSON.stringify(answer.body) };
  };

  /** Every attempt at a socket fails. @param {number} times */
  async failToOpen(times) {
    for (let i = 0; i < times; i++) {
      if (i > 0) mock.timers.tick(MOST);
      FakeSocket.last.drop();
      await settled();
    }
  }

  end() {
    this.connection.stop();
    mock.timers.reset();
  }
}
