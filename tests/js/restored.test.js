import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { FakeSocket, ME, settled } from "./fake-socket.js";
import { commands, message, pageUpTo, room, Visit } from "./visit.js";

/** @type {Visit} */
let visit;

beforeEach(async () => {
  visit = await Visit.begin();
  await visit.client.openRoom(7);
});

afterEach(() => visit.end());

/** The servers stop, and come back with what a backup held: fewer ticks, under another epoch. @param {string} epoch */
async function comeBack(epoch, clock = 8) {
  FakeSocket.last.drop(1012);
  await settled();
  visit.page = pageUpTo(clock);
  visit.client.connection.hurry();
  FakeSocket.last.accept({ user: ME, epoch, rooms: [room({ clock, last_read: clock })] });
  const [since, reset] = [FakeSocket.last.command("hello").cursors[7], epoch !== "e1"];
  FakeSocket.last.deliver({ type: "delta", room: 7, since, clock, more: false, reset, changes: [] });
  for (let i = 0; i < 4; i++) await settled();
}

const refsSent = () => commands("post").map(({ ref }) => ref);
const pending = () => visit.client.pending(7).map(({ text, state }) => `${text} ${state}`);

describe("a page that was open while the site was restored", () => {
  test("shows what is there now, and goes on from there", async () => {
    assert.deepEqual(visit.ticks(), [9, 10]);
    await comeBack("e2");
    assert.deepEqual(FakeSocket.last.command("hello").epoch, "e1");
    assert.deepEqual([visit.ticks(), visit.client.room(7)?.cursor], [[7, 8], 8]);
    const changes = [{ tick: 9, message: message(9) }];
    FakeSocket.last.deliver({ type: "events", room: 7, first: 9, last: 9, changes });
    assert.deepEqual(visit.ticks(), [7, 8, 9]);
    FakeSocket.last.drop();
    await settled();
    visit.client.connection.hurry();
    FakeSocket.last.open();
    const { cursors, epoch } = FakeSocket.last.command("hello");
    assert.deepEqual([cursors, epoch], [{ 7: 9 }, "e2"]);
  });

  test("sends what had not been sent", async () => {
    FakeSocket.last.drop(1012);
    await settled();
    const { ref } = visit.client.post(7, { text: "unsent" });
    await comeBack("e2");
    assert.deepEqual(refsSent(), [ref]);
    FakeSocket.last.answer("post", { id: 109, tick: 9, room: 7 });
    await settled();
    assert.deepEqual(pending(), ["unsent sent"]);
  });

  test("sends again what was acknowledged and is not seen, under the same ref", async () => {
    const { ref } = visit.client.post(7, { text: "acknowledged" });
    await settled();
    FakeSocket.last.answer("post", { id: 111, tick: 11, room: 7 });
    await settled();
    assert.deepEqual(pending(), ["acknowledged sent"]);
    await comeBack("e2");
    assert.deepEqual([refsSent(), pending()], [[ref], ["acknowledged sending"]]);
  });

  test("sends nothing again to a site that only restarted", async () => {
    visit.client.post(7, { text: "acknowledged" });
    await settled();
    FakeSocket.last.answer("post", { id: 111, tick: 11, room: 7 });
    await settled();
    await comeBack("e1", 10);
    assert.deepEqual([refsSent(), pending(), visit.ticks()], [[], ["acknowledged sent"], [9, 10]]);
  });
});
