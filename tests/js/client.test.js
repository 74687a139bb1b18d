import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { FakeSocket, ME, settled } from "./fake-socket.js";
import { commands, events, message, room, Visit } from "./visit.js";

/** @type {Visit} */
let visit;

beforeEach(async () => {
  visit = await Visit.begin();
});

afterEach(() => visit.end());

describe("history", () => {
  test("a room opens at its latest page, once, and grows upwards", async () => {
    await visit.client.openRoom(7);
    await visit.client.openRoom(7);
    assert.deepEqual([visit.ticks(), visit.asked], [[9, 10], ["/api/rooms/7/messages"]]);
    visit.page = { messages: [message(8)], more_before: false, more_after: true, clock: 10 };
    await Promise.all([visit.client.loadOlder(7), visit.client.loadOlder(7)]);
    await visit.client.loadOlder(7);
    assert.deepEqual([visit.ticks(), visit.asked.slice(1)], [[8, 9, 10], ["/api/rooms/7/messages?before=9"]]);
  });

  test("a room opens around a message, grows downwards, and jumps back", async () => {
    visit.page = { messages: [message(3), message(4)], more_before: true, more_after: true, clock: 10 };
    await visit.client.openRoom(7, { at: 3 });
    visit.page = { messages: [message(5)], more_before: true, more_after: true, clock: 10 };
    await visit.client.loadNewer(7);
    assert.deepEqual(visit.ticks(), [3, 4, 5]);
    visit.page = { messages: [message(9), message(10)], more_before: true, more_after: false, clock: 10 };
    await visit.client.jumpToLatest(7);
    assert.deepEqual(visit.ticks(), [9, 10]);
    assert.deepEqual(
      visit.asked.map((path) => path.split("?")[1]),
      ["around=3", "after=4", undefined],
    );
  });

  test("a room that is not mine cannot be opened", async () => {
    await assert.rejects(visit.client.openRoom(99), { code: "not_found" });
  });

  test("a room asked for before the first list has come waits for it", async () => {
    visit.client.stop();
    visit.client = visit.newClient();
    await visit.client.start();
    const opening = visit.client.openRoom(7);
    FakeSocket.last.accept({ user: ME, rooms: [room()] });
    assert.equal((await opening).id, 7);
  });

  test("what changed while a page was on its way is asked for", async () => {
    const opening = visit.client.openRoom(7);
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
    assert.deepEqual(visit.ticks(), [9, 10, 11]);
  });

  test("a reset loads the room on screen anew", async () => {
    await visit.client.openRoom(7);
    visit.page = { messages: [message(5000)], more_before: true, more_after: false, clock: 5000 };
    FakeSocket.last.deliver({
      type: "delta",
      room: 7,
      since: 10,
      clock: 5000,
      more: false,
      reset: true,
      changes: [],
    });
    assert.deepEqual(visit.ticks(), []);
    await settled();
    await settled();
    assert.deepEqual(visit.ticks(), [5000]);
  });
});

describe("posting", () => {
  test("the pending post gives way to the message, whichever comes first", async () => {
    await visit.client.openRoom(7);
    const first = visit.client.post(7, { text: "one" });
    assert.deepEqual(
      visit.client.pending(7).map(({ text }) => text),
      ["one"],
    );
    await settled();
    assert.deepEqual(commands("post").at(-1), { type: "post", ref: first.ref, room: 7, text: "one" });
    FakeSocket.last.answer("post", { id: 111, tick: 11, room: 7 });
    await settled();
    assert.deepEqual(
      visit.client.pending(7).map(({ state }) => state),
      ["sent"],
    );
    FakeSocket.last.deliver(events(11, message(11, { author: ME, ref: first.ref })));
    assert.deepEqual([visit.client.pending(7), visit.ticks()], [[], [9, 10, 11]]);

    const second = visit.client.post(7, { text: "two" });
    await settled();
    FakeSocket.last.deliver(events(12, message(12, { author: ME, ref: second.ref })));
    assert.deepEqual([visit.client.pending(7), visit.ticks()], [[], [9, 10, 11, 12]]);
    FakeSocket.last.answer("post", { id: 112, tick: 12, room: 7 });
    await settled();
    assert.deepEqual(visit.client.pending(7), []);
  });

  test("a cut while sending sends the same ref on the next connection", async () => {
    const { ref } = visit.client.post(7, { text: "one" });
    await settled();
    FakeSocket.last.drop();
    await settled();
    visit.client.connection.hurry();
    FakeSocket.last.accept({ user: ME, rooms: [room()] });
    await settled();
    assert.deepEqual(
      commands("post").map((command) => command.ref),
      [ref],
    );
  });

  test("replies and attachments are named by their ids", async () => {
    await visit.client.openRoom(7);
    const replyTo = visit.client.room(7)?.messages[0] ?? null;
    const attachments = [{ id: 5, name: "a.png", type: "image/png", size: 1, url: "/a" }];
    visit.client.post(7, { text: "", replyTo, attachments });
    await settled();
    const { reply_to, attachments: ids } = commands("post").at(-1);
    assert.deepEqual([reply_to, ids], [109, [5]]);
  });
});

describe("the page is told", () => {
  test("once a frame, what changed", async () => {
    await visit.client.openRoom(7);
    visit.news = [];
    FakeSocket.last.deliver(events(11, message(11)), events(12, message(12)));
    assert.deepEqual(visit.news, ["room 7", "messages 7"]);
  });

  test("nothing more of a room that is gone", async () => {
    await visit.client.openRoom(7);
    visit.news = [];
    FakeSocket.last.deliver(events(11, message(11)), { type: "gone", room: 7 });
    assert.deepEqual([visit.news, visit.client.rooms()], [["gone 7"], []]);
  });

  test("when someone types, and when it is over", () => {
    visit.news = [];
    FakeSocket.last.deliver({ type: "typing", room: 7, user: 2 });
    assert.deepEqual([...(visit.client.room(7)?.typing.keys() ?? [])], [2]);
    mock.timers.tick(5999);
    assert.deepEqual(visit.news, ["typing 7"]);
    mock.timers.tick(1);
    assert.deepEqual([visit.news, visit.client.room(7)?.typing.size], [["typing 7", "typing 7"], 0]);
  });
});

test("typing is told at most every three seconds, and being away again after a cut", () => {
  visit.client.typing(7);
  visit.client.typing(7);
  mock.timers.tick(3000);
  visit.client.typing(7);
  assert.equal(commands("typing").length, 2);
  visit.client.setAway(true);
  FakeSocket.last.drop();
  visit.client.connection.hurry();
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
