import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { Client } from "../../chat/static/chat/js/client.js";
import { FakeSocket, settled } from "./fake-socket.js";

const ME = { id: 1, username: "alice", name: "Alice", avatar: null, bot: false };
const BOB = { id: 2, username: "bob", name: "Bob" };

/** @type {Client} */
let client;
/** @type {string[]} events in order, with the room they are about */
let news;
/** @type {string[]} */
let asked;
/** @type {any} */
let page;

beforeEach(async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  FakeSocket.all = [];
  news = [];
  asked = [];
  page = { messages: [message(9), message(10)], more_before: true, more_after: false, clock: 10 };
  client = new Client({
    me: ME,
    csrf: "token",
    socketURL: "ws://site/ws/",
    fetch: /** @type {any} */ (fakeFetch),
    WebSocket: /** @type {any} */ (FakeSocket),
  });
  for (const name of /** @type {const} */ (["room", "gone", "messages", "pending", "typing", "user"])) {
    client.on(name, (/** @type {any} */ { room, replaced }) =>
      news.push([name, room, replaced && "replaced"].filter(Boolean).join(" ")),
    );
  }
  await client.start();
  FakeSocket.last.accept({ user: ME, rooms: [room()] });
  await settled();
});

afterEach(() => {
  client.stop();
  mock.timers.reset();
});

/** @param {string} path */
async function fakeFetch(path) {
  asked.push(path);
  const body = path === "/api/rooms" ? { rooms: [room({ clock: 12, unread: 5 })] } : page;
  return { status: 200, text: async () => JSON.stringify(body) };
}

/** @param {any} [fields] */
function room(fields = {}) {
  const shared = { id: 7, kind: "public", name: "General", topic: "", clock: 10, members: 2, archived: false };
  return { ...shared, role: "member", notify: "all", last_read: 10, unread: 0, mentions: 0, ...fields };
}

/** @param {number} tick @param {any} [fields] */
function message(tick, fields = {}) {
  return { id: 100 + tick, room: 7, tick, author: BOB, ref: `r${tick}`, text: `t${tick}`, ...fields };
}

/** @param {number} first @param {any[]} messages */
function events(first, ...messages) {
  const changes = messages.map((each, i) => ({ tick: first + i, message: each }));
  return { type: "events", room: 7, first, last: first + messages.length - 1, changes };
}

const ticks = () => client.room(7)?.messages.map(({ tick }) => tick);
const commands = (/** @type {string} */ type) => FakeSocket.last.sent.filter((command) => command.type === type);

describe("history", () => {
  test("a room opens at its latest page, once, and grows upwards", async () => {
    await client.openRoom(7);
    await client.openRoom(7);
    assert.deepEqual([ticks(), asked], [[9, 10], ["/api/rooms/7/messages"]]);
    page = { messages: [message(8)], more_before: false, more_after: true, clock: 10 };
    await Promise.all([client.loadOlder(7), client.loadOlder(7)]);
    await client.loadOlder(7);
    assert.deepEqual([ticks(), asked.slice(1)], [[8, 9, 10], ["/api/rooms/7/messages?before=9"]]);
  });

  test("a room opens around a message, grows downwards, and jumps back", async () => {
    page = { messages: [message(3), message(4)], more_before: true, more_after: true, clock: 10 };
    await client.openRoom(7, { at: 3 });
    page = { messages: [message(5)], more_before: true, more_after: true, clock: 10 };
    await client.loadNewer(7);
    assert.deepEqual(ticks(), [3, 4, 5]);
    page = { messages: [message(9), message(10)], more_before: true, more_after: false, clock: 10 };
    await client.jumpToLatest(7);
    assert.deepEqual(ticks(), [9, 10]);
    assert.deepEqual(
      asked.map((path) => path.split("?")[1]),
      ["around=3", "after=4", undefined],
    );
  });

  test("a room that is not mine cannot be opened", async () => {
    await assert.rejects(client.openRoom(99), { code: "not_found" });
  });

  test("a room asked for before the first list has come waits for it", async () => {
    client.stop();
    client = new Client({
      me: ME,
      csrf: "",
      socketURL: "",
      fetch: /** @type {any} */ (fakeFetch),
      WebSocket: /** @type {any} */ (FakeSocket),
    });
    await client.start();
    const opening = client.openRoom(7);
    FakeSocket.last.accept({ user: ME, rooms: [room()] });
    assert.equal((await opening).id, 7);
  });

  test("what changed while a page was on its way is asked for", async () => {
    const opening = client.openRoom(7);
    FakeSocket.last.deliver(events(11, message(11)));
    await opening;
    assert.deepEqual(
      commands("sync").map(({ since }) => since),
      [10],
    );
    FakeSocket.last.deliver({
      type: "delta",
      room: 7,
      since: 10,
      clock: 11,
      more: false,
      reset: false,
      changes: [{ tick: 11, message: message(11) }],
    });
    assert.deepEqual(ticks(), [9, 10, 11]);
  });

  test("a reset loads the room on screen anew", async () => {
    await client.openRoom(7);
    page = { messages: [message(5000)], more_before: true, more_after: false, clock: 5000 };
    FakeSocket.last.deliver({
      type: "delta",
      room: 7,
      since: 10,
      clock: 5000,
      more: false,
      reset: true,
      changes: [],
    });
    assert.deepEqual(ticks(), []);
    await settled();
    await settled();
    assert.deepEqual(ticks(), [5000]);
  });
});

describe("posting", () => {
  test("the pending post gives way to the message, whichever comes first", async () => {
    await client.openRoom(7);
    const first = client.post(7, { text: "one" });
    assert.deepEqual(
      client.pending(7).map(({ text }) => text),
      ["one"],
    );
    await settled();
    assert.deepEqual(commands("post").at(-1), { type: "post", ref: first.ref, room: 7, text: "one" });
    FakeSocket.last.answer("post", { id: 111, tick: 11, room: 7 });
    await settled();
    assert.deepEqual(
      client.pending(7).map(({ state }) => state),
      ["sent"],
    );
    FakeSocket.last.deliver(events(11, message(11, { author: ME, ref: first.ref })));
    assert.deepEqual([client.pending(7), ticks()], [[], [9, 10, 11]]);

    const second = client.post(7, { text: "two" });
    await settled();
    FakeSocket.last.deliver(events(12, message(12, { author: ME, ref: second.ref })));
    assert.deepEqual([client.pending(7), ticks()], [[], [9, 10, 11, 12]]);
    FakeSocket.last.answer("post", { id: 112, tick: 12, room: 7 });
    await settled();
    assert.deepEqual(client.pending(7), []);
  });

  test("a cut while sending sends the same ref on the next connection", async () => {
    const { ref } = client.post(7, { text: "one" });
    await settled();
    FakeSocket.last.drop();
    await settled();
    client.connection.hurry();
    FakeSocket.last.accept({ user: ME, rooms: [room()] });
    await settled();
    assert.deepEqual(
      commands("post").map((command) => command.ref),
      [ref],
    );
  });

  test("replies and attachments are named by their ids", async () => {
    await client.openRoom(7);
    const replyTo = client.room(7)?.messages[0] ?? null;
    const attachments = [{ id: 5, name: "a.png", type: "image/png", size: 1, url: "/a" }];
    client.post(7, { text: "", replyTo, attachments });
    await settled();
    const { reply_to, attachments: ids } = commands("post").at(-1);
    assert.deepEqual([reply_to, ids], [109, [5]]);
  });
});

describe("reading", () => {
  test("is told at most every two seconds, and shown at once", async () => {
    await client.openRoom(7);
    FakeSocket.last.deliver(events(11, message(11)));
    assert.equal(client.room(7)?.info.unread, 1);
    client.markRead(7);
    assert.equal(client.room(7)?.info.unread, 0);
    FakeSocket.last.deliver(events(12, message(12)));
    client.markRead(7);
    assert.deepEqual(
      commands("read").map(({ tick }) => tick),
      [11],
    );
    mock.timers.tick(2000);
    assert.deepEqual(
      commands("read").map(({ tick }) => tick),
      [11, 12],
    );
    mock.timers.tick(60_000);
    client.markRead(7);
    assert.equal(commands("read").length, 2, "nothing is unread");
  });

  test("the divider stands before the first unread message of others, until I post", async () => {
    FakeSocket.last.deliver({ type: "room", room: room({ clock: 12, last_read: 8, unread: 1 }) });
    page.messages = [message(8), message(9, { author: ME }), message(10)];
    assert.equal((await client.openRoom(7)).divider, 9);
    client.post(7, { text: "read it" });
    assert.equal(client.room(7)?.divider, null);
  });

  test("what I mark unread stays so while the room is open", async () => {
    await client.openRoom(7);
    const marked = client.markUnread(7, 10);
    FakeSocket.last.answer("unread", { unread: 1, mentions: 0 });
    await marked;
    FakeSocket.last.deliver({ type: "room", room: room({ last_read: 9, unread: 1 }) });
    client.markRead(7);
    assert.deepEqual([client.room(7)?.info.unread, commands("read").length, client.room(7)?.divider], [1, 0, 9]);
    await client.openRoom(7);
    client.markRead(7);
    assert.equal(commands("read").length, 1);
  });

  test("counters that cannot be derived are asked for once, a little later", async () => {
    FakeSocket.last.deliver({ type: "room", room: room({ last_read: 2, unread: 7 }) });
    const gone = [message(3, { changed: 11, deleted: true }), message(4, { changed: 12, deleted: true })];
    FakeSocket.last.deliver(events(11, ...gone));
    assert.deepEqual(asked, []);
    mock.timers.tick(3000);
    await settled();
    assert.deepEqual([asked, client.room(7)?.info.unread], [["/api/rooms"], 5]);
  });
});

describe("the page is told", () => {
  test("once a frame, what changed", async () => {
    await client.openRoom(7);
    news = [];
    FakeSocket.last.deliver(events(11, message(11)), events(12, message(12)));
    assert.deepEqual(news, ["room 7", "messages 7"]);
  });

  test("nothing more of a room that is gone", async () => {
    await client.openRoom(7);
    news = [];
    FakeSocket.last.deliver(events(11, message(11)), { type: "gone", room: 7 });
    assert.deepEqual([news, client.rooms()], [["gone 7"], []]);
  });

  test("when someone types, and when it is over", () => {
    news = [];
    FakeSocket.last.deliver({ type: "typing", room: 7, user: 2 });
    assert.deepEqual([...(client.room(7)?.typing.keys() ?? [])], [2]);
    mock.timers.tick(5999);
    assert.deepEqual(news, ["typing 7"]);
    mock.timers.tick(1);
    assert.deepEqual([news, client.room(7)?.typing.size], [["typing 7", "typing 7"], 0]);
  });
});

test("typing is told at most every three seconds, and being away again after a cut", () => {
  client.typing(7);
  client.typing(7);
  mock.timers.tick(3000);
  client.typing(7);
  assert.equal(commands("typing").length, 2);
  client.setAway(true);
  FakeSocket.last.drop();
  client.connection.hurry();
  FakeSocket.last.accept({ user: ME, rooms: [room()] });
  assert.deepEqual(
    commands("away").map(({ on }) => on),
    [true],
  );
});

test("a refused sync is asked again", async () => {
  FakeSocket.last.deliver(events(13, message(13)));
  FakeSocket.last.refuse("sync", { code: "rate_limited", retry_after: 2 });
  await settled();
  mock.timers.tick(2000);
  assert.deepEqual(
    commands("sync").map(({ since }) => since),
    [10, 10],
  );
});
