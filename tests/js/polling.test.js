import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { FakeSocket, ME, settled } from "./fake-socket.js";
import { Line } from "./line.js";

/** @type {Line} */
let line;

beforeEach(() => {
  line = new Line();
});

afterEach(() => line.end());

describe("where no WebSocket gets through", () => {
  test("it polls once HTTP has answered after three attempts, and posts by HTTP", async () => {
    await polling();
    assert.deepEqual([line.connection.status.phase, line.connection.status.transport], ["online", "polling"]);
    assert.deepEqual(line.received[0], { type: "welcome", user: ME, epoch: "e1", rooms: [] });
    assert.deepEqual(line.received[1], { type: "blocks", users: [5] });
    assert.deepEqual(line.received[2], { type: "cases", open: 3 });
    assert.deepEqual(line.received[3], { type: "delta", room: 7 });
    const post = await line.connection.command("post", { room: 7, text: "hi" }, "r1");
    assert.deepEqual(post, { ref: "r1", text: "hi", tick: 11 });
    await assert.rejects(line.connection.command("edit", {}), { code: "unavailable" });
  });

  test("moderators hear what waits for them, at most every ten seconds, and others do not ask", async () => {
    await polling();
    const counts = () => line.asked.filter((each) => each.endsWith("/waiting")).length;
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
    assert.deepEqual(line.received.slice(4), [{ type: "cases", open: 4 }]);
  });

  test("it goes on trying, and leaves polling for a socket that opens", async () => {
    await polling();
    const before = FakeSocket.all.length;
    mock.timers.tick(60_000);
    assert.equal(FakeSocket.all.length, before + 1);
    assert.equal(line.connection.status.transport, "polling");
    FakeSocket.last.drop();
    mock.timers.tick(60_000);
    FakeSocket.last.accept();
    assert.deepEqual([line.connection.status.phase, line.connection.status.transport], ["online", "websocket"]);
    const [heard, polls] = [line.received.length, line.asked.length];
    waiting.resolve({ status: 200, body: { epoch: "e1", frames: [{ type: "delta", room: 7 }] } });
    await settled();
    assert.deepEqual([line.received.length, line.asked.length], [heard, polls], "a late answer is not heard");
    line.connection.command("edit", {}).catch(() => {});
    assert.equal(FakeSocket.last.command("edit").type, "edit");
  });

  test("it does not poll while HTTP does not work either", async () => {
    line.connection.start();
    await line.failToOpen(5);
    assert.equal(line.connection.status.phase, "reconnecting");
    assert.ok(!line.asked.includes("GET /api/rooms"));
  });
});

/** @type {number | null} */
let waitingCases;

async function polling() {
  waitingCases = 3;
  let polls = 0;
  line.http = (path, { body }) => {
    if (path.startsWith("/api/rooms/7/messages")) return { status: 201, body: { ...JSON.parse(body), tick: 11 } };
    if (path === "/api/moderation/waiting") return { status: 200, body: { open: waitingCases } };
    if (path === "/api/blocks") return { status: 200, body: { users: [5] } };
    if (path.startsWith("/api/rooms")) return { status: 200, body: { rooms: [] } };
    if (!path.includes("wait=25")) return { status: 200, body: { epoch: "e1", frames: [] } };
    assert.ok(path.includes(encodeURIComponent('{"7":10,"8":2}')), path);
    if (polls++ > 0) return new Promise((resolve) => Object.assign(waiting, { resolve }));
    return { status: 200, body: { epoch: "e1", frames: [{ type: "delta", room: 7 }] } };
  };
  line.connection.start();
  await line.failToOpen(3);
  await settled();
  await settled();
}

/** @type {{resolve: (answer: any) => void}} the long poll that the server holds back */
const waiting = { resolve() {} };
