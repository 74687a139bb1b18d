import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { Client } from "../../chat/static/chat/js/client.js";
import { FakeSocket, settled } from "./fake-socket.js";

const ME = { id: 1, username: "alice", name: "Alice", avatar: null, bot: false };

/** @type {Client} */
let client;
/** @type {any} */
let page;

beforeEach(async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  FakeSocket.all = [];
  page = pageUpTo(10);
  client = new Client({
    me: ME,
    csrf: "token",
    socketURL: "ws://site/ws/",
    fetch: /** @type {any} */ (async () => ({ status: 200, text: async () => JSON.stringify(page) })),
    WebSocket: /** @type {any} */ (FakeSocket),
  });
  await client.start();
  FakeSocket.last.accept({ user: ME, rooms: [room(10)] });
  await client.openRoom(7);
});

afterEach(() => {
  client.stop();
  mock.timers.reset();
});

/** @param {number} clock */
function room(clock) {
  const shared = { id: 7, kind: "public", name: "General", topic: "", clock, members: 2, archived: false };
  return { ...shared, role: "member", notify: "all", last_read: clock, unread: 0, mentions: 0 };
}

/** @param {number} tick */
function message(tick) {
  const author = { id: 2, username: "bob", name: "Bob" };
  return { id: 100 + tick, room: 7, tick, author, ref: `r${tick}`, text: `t${tick}` };
}

/** @param {number} clock */
function pageUpTo(clock) {
  return { messages: [message(clock - 1), message(clock)], more_before: true, more_after: false, clock };
}

/** The servers stop, and come back with what a backup held: fewer ticks, under another epoch. @param {string} epoch */
async function comeBack(epoch, clock = 8) {
  FakeSocket.last.drop(1012);
  await settled();
  page = pageUpTo(clock);
  client.connection.hurry();
  FakeSocket.last.accept({ user: ME, epoch, rooms: [room(clock)] });
  const [since, reset] = [FakeSocket.last.command("hello").cursors[7], epoch !== "e1"];
  FakeSocket.last.deliver({ type: "delta", room: 7, since, clock, more: false, reset, changes: [] });
  for (let i = 0; i < 4; i++) await settled();
}

const ticks = () => client.room(7)?.messages.map(({ tick }) => tick);
const refsSent = () => FakeSocket.last.sent.filter(({ type }) => type === "post").map(({ ref }) => ref);
const pending = () => client.pending(7).map(({ text, state }) => `${text} ${state}`);

describe("a page that was open while the site was restored", () => {
  test("shows what is there now, and goes on from there", async () => {
    assert.deepEqual(ticks(), [9, 10]);
    await comeBack("e2");
    assert.deepEqual(FakeSocket.last.command("hello").epoch, "e1");
    assert.deepEqual([ticks(), client.room(7)?.cursor], [[7, 8], 8]);
    const changes = [{ tick: 9, message: message(9) }];
    FakeSocket.last.deliver({ type: "events", room: 7, first: 9, last: 9, changes });
    assert.deepEqual(ticks(), [7, 8, 9]);
    FakeSocket.last.drop();
    await settled();
    client.connection.hurry();
    FakeSocket.last.open();
    const { cursors, epoch } = FakeSocket.last.command("hello");
    assert.deepEqual([cursors, epoch], [{ 7: 9 }, "e2"]);
  });

  test("sends what had not been sent", async () => {
    FakeSocket.last.drop(1012);
    await settled();
    const { ref } = client.post(7, { text: "unsent" });
    await comeBack("e2");
    assert.deepEqual(refsSent(), [ref]);
    FakeSocket.last.answer("post", { id: 109, tick: 9, room: 7 });
    await settled();
    assert.deepEqual(pending(), ["unsent sent"]);
  });

  test("sends again what was acknowledged and is not seen, under the same ref", async () => {
    const { ref } = client.post(7, { text: "acknowledged" });
    await settled();
    FakeSocket.last.answer("post", { id: 111, tick: 11, room: 7 });
    await settled();
    assert.deepEqual(pending(), ["acknowledged sent"]);
    await comeBack("e2");
    assert.deepEqual([refsSent(), pending()], [[ref], ["acknowledged sending"]]);
  });

  test("sends nothing again to a site that only restarted", async () => {
    client.post(7, { text: "acknowledged" });
    await settled();
    FakeSocket.last.answer("post", { id: 111, tick: 11, room: 7 });
    await settled();
    await comeBack("e1", 10);
    assert.deepEqual([refsSent(), pending(), ticks()], [[], ["acknowledged sent"], [9, 10]]);
  });
});
