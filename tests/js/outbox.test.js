import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { Outbox } from "../../chat/static/chat/js/outbox.js";
import { OutboxStore } from "../../chat/static/chat/js/outbox-store.js";
import { CommandError } from "../../chat/static/chat/js/protocol.js";
import { settled } from "./fake-socket.js";
import { FakeBrowser } from "./fake-tabs.js";

/** @typedef {import("../../chat/static/chat/js/types.d.ts").Pending} Pending */

/** @type {FakeBrowser} */
let browser;
/** @type {{pending: Pending, resolve: (result: {tick: number}) => void, reject: (error: CommandError) => void}[]} */
let sends;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  browser = new FakeBrowser();
  sends = [];
});

afterEach(() => mock.timers.reset());

function openTab() {
  const send = (/** @type {Pending} */ pending) =>
    new Promise((resolve, reject) => sends.push({ pending, resolve, reject }));
  const outbox = new Outbox({ ...browser.openTab(), send: /** @type {any} */ (send) });
  outbox.setOnline(true);
  return outbox;
}

/** @param {Outbox} outbox @param {number} [room] */
function states(outbox, room = 7) {
  return outbox.list(room).map(({ text, state }) => `${text} ${state}`);
}

const texts = () => sends.map(({ pending }) => pending.text);
const lastSend = () => /** @type {typeof sends[0]} */ (sends.at(-1));

describe("an outbox", () => {
  test("is on disk before it sends, and shows the post at once", async () => {
    const outbox = openTab();
    const pending = outbox.add(7, { text: "hi" });
    assert.match(pending.ref, /^[0-9a-f]{32}$/);
    assert.deepEqual([states(outbox), sends.length], [["hi waiting"], 0]);
    await settled();
    assert.ok(browser.posts.has(pending.ref));
    assert.deepEqual([states(outbox), texts()], [["hi sending"], ["hi"]]);
  });

  test("keeps each room's order, and lets no room wait for another", async () => {
    const outbox = openTab();
    for (const text of ["one", "two"]) outbox.add(7, { text });
    outbox.add(8, { text: "elsewhere" });
    await settled();
    assert.deepEqual(texts(), ["one", "elsewhere"]);
    sends[0]?.resolve({ tick: 1 });
    await settled();
    assert.deepEqual(texts(), ["one", "elsewhere", "two"]);
  });

  test("forgets on disk what is acknowledged, and shows it until the message itself is seen", async () => {
    const outbox = openTab();
    const { ref } = outbox.add(7, { text: "hi" });
    await settled();
    lastSend().resolve({ tick: 11 });
    await settled();
    assert.ok(!browser.posts.has(ref));
    assert.deepEqual(states(outbox), ["hi sent"]);
    outbox.settleSeen(() => 10);
    assert.deepEqual(states(outbox), ["hi sent"]);
    outbox.settleSeen(() => 11);
    assert.deepEqual(states(outbox), []);
  });

  test("is content with the message itself, should it come before the acknowledgement", async () => {
    const outbox = openTab();
    const { ref } = outbox.add(7, { text: "hi" });
    await settled();
    outbox.settle(ref);
    assert.deepEqual(states(outbox), []);
    lastSend().resolve({ tick: 11 });
    await settled();
    assert.deepEqual([states(outbox), browser.posts.size, sends.length], [[], 0, 1]);
  });

  test("waits for the connection after a cut, and sends the same ref again", async () => {
    const outbox = openTab();
    const { ref } = outbox.add(7, { text: "hi" });
    await settled();
    outbox.setOnline(false);
    lastSend().reject(new CommandError("unavailable", ""));
    await settled();
    assert.deepEqual(states(outbox), ["hi waiting"]);
    mock.timers.tick(60_000);
    await settled();
    assert.equal(sends.length, 1);
    outbox.setOnline(true);
    await settled();
    assert.deepEqual([sends.length, lastSend().pending.ref], [2, ref]);
  });

  test("waits as long as slow mode asks, and holds back what comes after", async () => {
    const outbox = openTab();
    outbox.add(7, { text: "one" });
    outbox.add(7, { text: "two" });
    await settled();
    lastSend().reject(new CommandError("slow_mode", "", 5));
    await settled();
    mock.timers.tick(4_900);
    await settled();
    assert.deepEqual(texts(), ["one"]);
    mock.timers.tick(200);
    await settled();
    assert.deepEqual(texts(), ["one", "one"]);
  });

  for (const code of ["invalid", "forbidden", "not_found", "archived", "muted", "too_large", "conflict"]) {
    test(`keeps what is refused as ${code} for the writer, and goes on with the next`, async () => {
      const outbox = openTab();
      const { ref } = outbox.add(7, { text: "one" });
      outbox.add(7, { text: "two" });
      await settled();
      lastSend().reject(new CommandError(code, "because"));
      await settled();
      assert.deepEqual(
        [states(outbox), texts()],
        [
          ["one failed", "two sending"],
          ["one", "two"],
        ],
      );
      assert.deepEqual(outbox.list(7)[0]?.error, { code, message: "because" });
      assert.equal(browser.posts.get(ref).state, "failed");
    });
  }

  test("tries a failed post again under its ref, or gives it up", async () => {
    const outbox = openTab();
    const { ref } = outbox.add(7, { text: "one" });
    await settled();
    outbox.discard(ref);
    assert.deepEqual(states(outbox), ["one sending"], "only a failed post can be given up");
    lastSend().reject(new CommandError("muted", ""));
    await settled();
    outbox.retry(ref);
    await settled();
    assert.deepEqual([sends.length, lastSend().pending.ref, states(outbox)], [2, ref, ["one sending"]]);
    lastSend().reject(new CommandError("muted", ""));
    await settled();
    outbox.discard(ref);
    await settled();
    assert.deepEqual([states(outbox), browser.posts.size], [[], 0]);
  });

  test("sends from memory what a full disk does not take", async () => {
    const tab = browser.openTab();
    const put = async () => Promise.reject(new Error("QuotaExceededError"));
    const send = (/** @type {Pending} */ pending) => {
      sends.push({ pending, resolve() {}, reject() {} });
      return Promise.resolve({ tick: 1 });
    };
    const outbox = new Outbox({ ...tab, store: { ...tab.store, put }, send });
    outbox.setOnline(true);
    outbox.add(7, { text: "hi" });
    await settled();
    assert.deepEqual([texts(), states(outbox)], [["hi"], ["hi sent"]]);
  });
});

describe("across reloads and tabs", () => {
  test("a reload while sending sends the same ref again", async () => {
    const { ref } = openTab().add(7, { text: "hi" });
    await settled();
    browser = Object.assign(new FakeBrowser(), { posts: browser.posts });
    const reloaded = openTab();
    await reloaded.load();
    await settled();
    assert.deepEqual([states(reloaded), lastSend().pending.ref], [["hi sending"], ref]);
  });

  test("a reload keeps a failed post failed", async () => {
    openTab().add(7, { text: "hi" });
    await settled();
    lastSend().reject(new CommandError("muted", "because"));
    await settled();
    const reloaded = openTab();
    await reloaded.load();
    await settled();
    assert.deepEqual([states(reloaded), sends.length], [["hi failed"], 1]);
  });

  test("all tabs show a post, and one sends it", async () => {
    const here = openTab();
    const there = openTab();
    here.add(7, { text: "hi" });
    await settled();
    assert.deepEqual([states(here), states(there), sends.length], [["hi sending"], ["hi waiting"], 1]);
    lastSend().resolve({ tick: 11 });
    await settled();
    assert.deepEqual([states(here), states(there), sends.length], [["hi sent"], ["hi sent"], 1]);
    there.settleSeen(() => 11);
    assert.deepEqual(states(there), []);
  });

  test("a tab that waited for its turn finds the post sent, even if nobody told it", async () => {
    const tab = browser.openTab();
    const silent = { ...tab, tabs: { ...tab.tabs, post() {} } };
    const send = () => new Promise((resolve) => sends.push(/** @type {any} */ ({ resolve })));
    const here = new Outbox({ ...silent, send: /** @type {any} */ (send) });
    here.setOnline(true);
    here.add(7, { text: "hi" });
    await settled();
    const there = openTab();
    await there.load();
    await settled();
    assert.deepEqual([states(there), sends.length], [["hi waiting"], 1]);
    lastSend().resolve({ tick: 11 });
    await settled();
    assert.deepEqual([states(there), sends.length], [["hi sent"], 1]);
  });

  test("a tab that is sending is not told otherwise by one that was slower", async () => {
    const here = openTab();
    const pending = here.add(7, { text: "hi" });
    await settled();
    browser.openTab().tabs.post({ ref: pending.ref, pending });
    await settled();
    assert.deepEqual([states(here), sends.length], [["hi sending"], 1]);
  });

  test("another tab takes over what the first cannot send", async () => {
    const here = openTab();
    here.setOnline(false);
    const there = openTab();
    here.add(7, { text: "hi" });
    await settled();
    assert.deepEqual([states(here), states(there)], [["hi waiting"], ["hi sending"]]);
  });
});

describe("the store", () => {
  test("keeps posts in memory where the browser offers no database", async () => {
    const broken = { open: () => assert.fail("refused") };
    for (const indexedDB of [undefined, /** @type {any} */ (broken)]) {
      const store = new OutboxStore(1, indexedDB);
      await store.put(/** @type {any} */ ({ ref: "a", text: "hi" }));
      assert.deepEqual(await store.all(), [{ ref: "a", text: "hi" }]);
      await store.delete("a");
      assert.equal(await store.get("a"), undefined);
    }
  });
});
