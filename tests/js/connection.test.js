import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { FakeSocket, settled } from "./fake-socket.js";
import { Line, MOST } from "./line.js";

/** @type {Line} */
let line;

beforeEach(() => {
  line = new Line();
});

afterEach(() => line.end());

describe("a connection", () => {
  test("says hello with cursors and epoch, and is online after the welcome", () => {
    line.connection.start();
    assert.equal(line.connection.status.phase, "connecting");
    FakeSocket.last.open();
    assert.deepEqual(FakeSocket.last.protocols, ["chat.v1.json"]);
    assert.deepEqual(FakeSocket.last.sent, [{ type: "hello", ref: "c1", cursors: { 7: 10 }, epoch: "e1" }]);
    assert.equal(line.connection.status.phase, "connecting");
    FakeSocket.last.deliver({ type: "welcome", heartbeat: 20, window: 8000, rooms: [] });
    assert.equal(line.connection.status.phase, "online");
    assert.equal(line.received[0].type, "welcome");
  });

  test("answers each command with its own reply", async () => {
    online();
    const pinned = line.connection.command("pin", { message: 1, on: true });
    const edited = line.connection.command("edit", { message: 2, text: "x" });
    FakeSocket.last.refuse("edit", { code: "rate_limited", message: "slowly", retry_after: 1.5 });
    FakeSocket.last.answer("pin", { tick: 5 });
    assert.deepEqual(await pinned, { tick: 5 });
    await assert.rejects(edited, { code: "rate_limited", message: "slowly", retryAfter: 1.5 });
  });

  test("refuses what waits when it is cut, and what comes while it is away", async () => {
    online();
    const waiting = line.connection.command("edit", {});
    FakeSocket.last.drop();
    await assert.rejects(waiting, { code: "unavailable" });
    await assert.rejects(line.connection.command("edit", {}), { code: "unavailable" });
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
    assert.equal(line.connection.status.phase, "online");
    mock.timers.tick(1_000);
    assert.equal(line.connection.status.phase, "reconnecting");
  });

  test("gives up an attempt that nobody answers", () => {
    line.connection.start();
    mock.timers.tick(20_000);
    assert.equal(line.connection.status.phase, "reconnecting");
    mock.timers.tick(MOST);
    assert.equal(FakeSocket.all.length, 2);
  });

  test("comes back after a cut with a pause, and at once when hurried", () => {
    online();
    FakeSocket.last.drop(1012);
    assert.equal(line.connection.status.phase, "reconnecting");
    assert.ok((line.connection.status.retryAt ?? 0) >= Date.now());
    assert.equal(FakeSocket.all.length, 1);
    line.connection.hurry();
    assert.equal(FakeSocket.all.length, 2);
    FakeSocket.last.accept();
    assert.equal(line.connection.status.phase, "online");
    line.connection.hurry();
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
      line.connection = line.newConnection();
      online();
      mock.timers.tick(15_000);
      for (const pause of [500, 1000, 2000]) {
        FakeSocket.last.drop(1012);
        assert.equal((line.connection.status.retryAt ?? 0) - Date.now(), pause);
        mock.timers.tick(pause);
        FakeSocket.last.accept();
        assert.equal(line.connection.status.phase, "online");
      }
    } finally {
      random.mock.restore();
    }
  });

  test("ignores late frames and closes of a socket it gave up", () => {
    online();
    const old = FakeSocket.last;
    line.connection.lostNetwork();
    line.connection.hurry();
    FakeSocket.last.accept();
    const count = line.received.length;
    old.deliver({ type: "events" });
    old.drop();
    assert.equal(line.received.length, count);
    assert.equal(line.connection.status.phase, "online");
  });

  test("stays away after 4401 and 4403, and says why", () => {
    online();
    FakeSocket.last.drop(4401);
    assert.deepEqual(line.news, ["signed-out"]);
    assert.deepEqual([line.connection.status.phase, line.connection.status.closedBy], ["offline", 4401]);
    mock.timers.tick(10 * MOST);
    assert.equal(FakeSocket.all.length, 1);
    line.connection.start();
    FakeSocket.last.accept();
    FakeSocket.last.drop(4403);
    assert.deepEqual(line.news, ["signed-out", "refused"]);
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
    line.http = () => ({ status: 401, body: { error: { code: "signed_out", message: "" } } });
    line.connection.start();
    FakeSocket.last.drop();
    await settled();
    assert.deepEqual(line.news, ["signed-out"]);
  });
});

function online() {
  line.connection.start();
  FakeSocket.last.accept();
  assert.equal(line.connection.status.phase, "online");
}

function connect() {
  const made = line.newConnection();
  made.start();
  FakeSocket.last.accept();
  return made;
}
