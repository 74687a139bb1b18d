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

describe("reading", () => {
  test("is told at most every two seconds, and shown at once", async () => {
    await visit.client.openRoom(7);
    FakeSocket.last.deliver(events(11, message(11)));
    assert.equal(visit.client.room(7)?.info.unread, 1);
    visit.client.markRead(7);
    assert.equal(visit.client.room(7)?.info.unread, 0);
    FakeSocket.last.deliver(events(12, message(12)));
    visit.client.markRead(7);
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
    visit.client.markRead(7);
    assert.equal(commands("read").length, 2, "nothing is unread");
  });

  test("the divider stands before the first unread message of others, until I post", async () => {
    FakeSocket.last.deliver({ type: "room", room: room({ clock: 12, last_read: 8, unread: 1 }) });
    visit.page.messages = [message(8), message(9, { author: ME }), message(10)];
    assert.equal((await visit.client.openRoom(7)).divider, 9);
    visit.client.post(7, { text: "read it" });
    assert.equal(visit.client.room(7)?.divider, null);
  });

  test("what I mark unread stays so while the room is open", async () => {
    await visit.client.openRoom(7);
    const marked = visit.client.markUnread(7, 10);
    FakeSocket.last.answer("unread", { unread: 1, mentions: 0 });
    await marked;
    FakeSocket.last.deliver({ type: "room", room: room({ last_read: 9, unread: 1 }) });
    visit.client.markRead(7);
    assert.deepEqual(
      [visit.client.room(7)?.info.unread, commands("read").length, visit.client.room(7)?.divider],
      [1, 0, 9],
    );
    await visit.client.openRoom(7);
    visit.client.markRead(7);
    assert.equal(commands("read").length, 1);
  });

  test("counters that cannot be derived are asked for once, a little later", async () => {
    FakeSocket.last.deliver({ type: "room", room: room({ last_read: 2, unread: 7 }) });
    const gone = [message(3, { changed: 11, deleted: true }), message(4, { changed: 12, deleted: true })];
    FakeSocket.last.deliver(events(11, ...gone));
    assert.deepEqual(visit.asked, []);
    mock.timers.tick(3000);
    await settled();
    assert.deepEqual([visit.asked, visit.client.room(7)?.info.unread], [["/api/rooms"], 5]);
  });
});
