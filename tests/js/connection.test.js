import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { Api } from "../../chat/static/chat/js/api.js";
import { Connection } from "../../chat/static/chat/js/connection.js";
import { FakeSocket, settled } from "./fake-socket.js";

const ME = { id: 1, username: "alice", name: "Alice", avatar: null, bot: false };
const MOST = 10_000;

/** @type {any[]} */
let received;
/** @type {(path: string, init: any) => {status: number, body: any} | Error | Promise<any>} */
let http;
/** @type {string[]} */
let asked;
/** @type {Connection} */
let connection;
/** @type {string[]} */
let news;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  FakeSocket.all = [];
  received = [];
  asked = [];
  news = [];
  http = () => new Error("no network");
  connection = newConnection();
  for (const name of ["signed-out", "refused"]) connection.addEventListener(name, () => news.push(name));
});

function newConnection() {
  return new Connection({
    url: "ws://site/ws/",
    api: new Api({ csrf: "token", fetch: /** @type {any} */ (fakeFetch) }),
    socketHello: () => ({ me: ME, cursors: { 7: 10 }, epoch: "e1" }),
    pollHello: () => ({ me: ME, cursors: { 7: 10, 8: 2 }, epoch: "e1" }),
    receive: (objects) => received.push(...objects),
    WebSocket: /** @type {any} */ (FakeSocket),
  });
}

function connect() {
  const made = newConnection();
  made.start();
  FakeSocket.last.accept();
  return made;
}

afterEach(() => {
  connection.stop();
  mock.timers.reset();
});

/** @param {string} path @param {any} init */
async function fakeFetch(path, init) {
  asked.push(`${init.method} ${path.split("?")[0]}`);
  const answer = await http(path, init);
  if (answer instanceof Error) throw answer;
  return { status: answer.status, text: async () => JSON.stringify(answer.body) };
}

describe("a connection", () => {
  test("says hello with cursors and epoch, and is online after the welcome", () => {
    connection.start();
    assert.equal(connection.status.phase, "connecting");
    FakeSocket.last.open();
    assert.deepEqual(FakeSocket.last.protocols, ["chat.v1.json"]);
    assert.deepEqual(FakeSocket.last.sent, [{ type: "hello", ref: "c1", cursors: { 7: 10 }, epoch: "e1" }]);
    assert.equal(connection.status.phase, "connecting");
    FakeSocket.last.deliver({ type: "welcome", heartbeat: 20, window: 8000, rooms: [] });
    assert.equal(connection.status.phase, "online");
    assert.equal(received[0].type, "welcome");
  });

  test("answers each command with its own reply", async () => {
    online();
    const pinned = connection.command("pin", { message: 1, on: true });
    const edited = connection.command("edit", { message: 2, text: "x" });
    FakeSocket.last.refuse("edit", { code: "rate_limited", message: "slowly", retry_after: 1.5 });
    FakeSocket.last.answer("pin", { tick: 5 });
    assert.deepEqual(await pinned, { tick: 5 });
    await assert.rejects(edited, { code: "rate_limited", message: "slowly", retryAfter: 1.5 });
  });

  test("refuses what waits when it is cut, and what comes while it is away", async () => {
    online();
    const waiting = connection.command("edit", {});
    FakeSocket.last.drop();
    await assert.rejects(waiting, { code: "unavailable" });
    await assert.rejects(connection.command("edit", {}), { code: "unavailable" });
  });

  test("reports the bytes it received, as UTF-8, before a quarter of the window is unreported", () => {
    online();
    const bytes = () => FakeSocket.last.sent.filter((command) => command.type === "got").at(-1)?.bytes;
    assert.equal(bytes(), undefined);
    const before = FakeSocket.last.sent.length;
    FakeSocket.last.deliver({ type: "events", text: "é漢😀".repeat(200) });
    assert.equal(FakeSocket.last.sent.length, before + 1);
    const welcome = { type: "welcome", epoch: "e1", heartbeat: 20, window: 8000, rooms: [] };
    const frames = [
      [welcome],
      [{ type: "ok", ref: "c1", result: {} }],
      [{ type: "events", text: "é漢😀".repeat(200) }],
    ];
    const expected = frames.map((frame) => Buffer.byteLength(JSON.stringify(frame))).reduce((a, b) => a + b);
    assert.equal(bytes(), expected);
  });

  test("is dead after two heartbeats without any frame, and alive with one", () => {
    online();
    mock.timers.tick(39_000);
    FakeSocket.last.deliver({ type: "heartbeat", clocks: {} });
    mock.timers.tick(39_000);
    assert.equal(connection.status.phase, "online");
    mock.timers.tick(1_000);
    assert.equal(connection.status.phase, "reconnecting");
  });

  test("gives up an attempt that nobody answers", () => {
    connection.start();
    mock.timers.tick(20_000);
    assert.equal(connection.status.phase, "reconnecting");
    mock.timers.tick(MOST);
    assert.equal(FakeSocket.all.length, 2);
  });

  test("comes back after a cut with a pause, and at once when hurried", () => {
    online();
    FakeSocket.last.drop(1012);
    assert.equal(connection.status.phase, "reconnecting");
    assert.ok((connection.status.retryAt ?? 0) >= Date.now());
    assert.equal(FakeSocket.all.length, 1);
    connection.hurry();
    assert.equal(FakeSocket.all.length, 2);
    FakeSocket.last.accept();
    assert.equal(connection.status.phase, "online");
    connection.hurry();
    assert.equal(FakeSocket.all.length, 2);
  });

  test("comes back within half a second after a restart, and not with everybody else at once", () => {
    const crowd = Array.from({ length: 300 }, connect);
    const sockets = [...FakeSocket.all];
    for (const each of crowd) assert.equal(each.status.phase, "online");
    // For as long as people talk, before the server is upgraded.
    mock.timers.tick(15_000);
    for (const socket of sockets) socket.drop(1012);
    const pauses = crowd.map((each) => (each.status.retryAt ?? Number.NaN) - Date.now());
    assert.ok(pauses.every((pause) => pause >= 0 && pause < 500));
    // Every tenth of that time has its share.
    const tenths = new Set(pauses.map((pause) => Math.floor(pause / 50)));
    assert.equal(tenths.size, 10);
    mock.timers.tick(500);
    assert.equal(FakeSocket.all.length, 600);
    for (const each of crowd) each.stop();
  });

  test("pauses longer each time when the server it came back to restarts as well", () => {
    const random = mock.method(Math, "random", () => 1);
    try {
      connection = newConnection();
      online();
      mock.timers.tick(15_000);
      for (const pause of [500, 1000, 2000]) {
        FakeSocket.last.drop(1012);
        assert.equal((connection.status.retryAt ?? 0) - Date.now(), pause);
        mock.timers.tick(pause);
        FakeSocket.last.accept();
        assert.equal(connection.status.phase, "online");
      }
    } finally {
      random.mock.restore();
    }
  });

  test("ignores late frames and closes of a socket it gave up", () => {
    online();
    const old = FakeSocket.last;
    connection.lostNetwork();
    connection.hurry();
    FakeSocket.last.accept();
    const count = received.length;
    old.deliver({ type: "events" });
    old.drop();
    assert.equal(received.length, count);
    assert.equal(connection.status.phase, "online");
  });

  test("stays away after 4401 and 4403, and says why", () => {
    online();
    FakeSocket.last.drop(4401);
    assert.deepEqual(news, ["signed-out"]);
    assert.deepEqual([connection.status.phase, connection.status.closedBy], ["offline", 4401]);
    mock.timers.tick(10 * MOST);
    assert.equal(FakeSocket.all.length, 1);
    connection.start();
    FakeSocket.last.accept();
    FakeSocket.last.drop(4403);
    assert.deepEqual(news, ["signed-out", "refused"]);
  });

  test("waits longer after 4429", () => {
    online();
    FakeSocket.last.drop(4429);
    mock.timers.tick(29_000);
    assert.equal(FakeSocket.all.length, 1);
    mock.timers.tick(MOST);
    assert.equal(FakeSocket.all.length, 2);
  });

  test("finds out by HTTP that a socket is refused because the session has ended", async () => {
    http = () => ({ status: 401, body: { error: { code: "signed_out", message: "" } } });
    connection.start();
    FakeSocket.last.drop();
    await settled();
    assert.deepEqual(news, ["signed-out"]);
  });
});

describe("where no WebSocket gets through", () => {
  test("it polls once HTTP has answered after three attempts, and posts by HTTP", async () => {
    await polling();
    assert.deepEqual([connection.status.phase, connection.status.transport], ["online", "polling"]);
    assert.deepEqual(received[0], { type: "welcome", user: ME, epoch: "e1", rooms: [] });
    assert.deepEqual(received[1], { type: "blocks", users: [5] });
    assert.deepEqual(received[2], { type: "cases", open: 3 });
    assert.deepEqual(received[3], { type: "delta", room: 7 });
    const post = await connection.command("post", { room: 7, text: "hi" }, "r1");
    assert.deepEqual(post, { ref: "r1", text: "hi", tick: 11 });
    await assert.rejects(connection.command("edit", {}), { code: "unavailable" });
  });

  test("moderators hear what waits for them, at most every ten seconds, and others do not ask", async () => {
    await polling();
    const counts = () => asked.filter((each) => each.endsWith("/waiting")).length;
    const news = { status: 200, body: { epoch: "e1", frames: [] } };
    const steps = /** @type {[number, number | null, number][]} */ ([
      [9000, 3, 1],
      [1000, 4, 2],
      [10_000, null, 3],
      [20_000, 5, 3],
    ]);
    for (const [ms, waits, times] of steps) {
      waitingCases = waits;
      mock.timers.tick(ms);
      waiting.resolve(news);
      await settled();
      assert.equal(counts(), times);
    }
    assert.deepEqual(received.slice(4), [{ type: "cases", open: 4 }]);
  });

  test("it goes on trying, and leaves polling for a socket that opens", async () => {
    await polling();
    const before = FakeSocket.all.length;
    mock.timers.tick(60_000);
    assert.equal(FakeSocket.all.length, before + 1);
    assert.equal(connection.status.transport, "polling");
    FakeSocket.last.drop();
    mock.timers.tick(60_000);
    FakeSocket.last.accept();
    assert.deepEqual([connection.status.phase, connection.status.transport], ["online", "websocket"]);
    const [heard, polls] = [received.length, asked.length];
    waiting.resolve({ status: 200, body: { epoch: "e1", frames: [{ type: "delta", room: 7 }] } });
    await settled();
    assert.deepEqual([received.length, asked.length], [heard, polls], "a late answer is not heard");
    connection.command("edit", {}).catch(() => {});
    assert.equal(FakeSocket.last.command("edit").type, "edit");
  });

  test("it does not poll while HTTP does not work either", async () => {
    connection.start();
    await failToOpen(5);
    assert.equal(connection.status.phase, "reconnecting");
    assert.ok(!asked.includes("GET /api/rooms"));
  });
});

function online() {
  connection.start();
  FakeSocket.last.accept();
  assert.equal(connection.status.phase, "online");
}

/** @type {number | null} */
let waitingCases;

async function polling() {
  waitingCases = 3;
  let polls = 0;
  http = (path, { body }) => {
    if (path.startsWith("/api/rooms/7/messages")) return { status: 201, body: { ...JSON.parse(body), tick: 11 } };
    if (path === "/api/moderation/waiting") return { status: 200, body: { open: waitingCases } };
    if (path === "/api/blocks") return { status: 200, body: { users: [5] } };
    if (path.startsWith("/api/rooms")) return { status: 200, body: { rooms: [] } };
    if (!path.includes("wait=25")) return { status: 200, body: { epoch: "e1", frames: [] } };
    assert.ok(path.includes(encodeURIComponent('{"7":10,"8":2}')), path);
    if (polls++ > 0) return new Promise((resolve) => Object.assign(waiting, { resolve }));
    return { status: 200, body: { epoch: "e1", frames: [{ type: "delta", room: 7 }] } };
  };
  connection.start();
  await failToOpen(3);
  await settled();
  await settled();
}

/** @type {{resolve: (answer: any) => void}} the long poll that the server holds back */
const waiting = { resolve() {} };

/** @param {number} times */
async function failToOpen(times) {
  for (let i = 0; i < times; i++) {
    if (i > 0) mock.timers.tick(MOST);
    FakeSocket.last.drop();
    await settled();
  }
}
