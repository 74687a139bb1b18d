import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { normaliseMessage } from "../../chat/static/chat/js/normalise.js";
import { rowsOf } from "../../chat/static/chat/js/timeline/rows.js";

const ann = { id: 1, username: "ann", name: "Ann", avatar: null, bot: false };
const bob = { id: 2, username: "bob", name: "Bob", avatar: null, bot: false };

/** @param {number} tick @param {typeof ann} author @param {string} time @param {object} [fields] */
function message(tick, author, time, fields = {}) {
  return normaliseMessage({
    id: tick,
    room: 1,
    tick,
    author,
    ref: `r${tick}`,
    text: "x",
    sent_at: `${time}.000Z`,
    ...fields,
  });
}

/** @param {Partial<Parameters<typeof rowsOf>[0]>} view */
function draw(view) {
  return rowsOf({
    removalOf: () => null,
    messages: [],
    pending: [],
    divider: null,
    complete: true,
    me: ann,
    blocks: new Set(),
    folds: () => false,
    online: true,
    now: Date.parse("2026-05-14T12:00:00Z"),
    ...view,
  });
}

/** @param {ReturnType<typeof draw>} rows which of them open a group */
function firsts(rows) {
  return rows.filter((row) => row.signature.split(" ")[1] === "true").map((row) => row.key);
}

describe("groups", () => {
  test("go on for five minutes, by the same person, on the same day", () => {
    const rows = draw({
      messages: [
        message(1, ann, "2026-05-14T09:00:00"),
        message(2, ann, "2026-05-14T09:04:59"),
        message(3, ann, "2026-05-14T09:10:00"),
        message(4, bob, "2026-05-14T09:10:01"),
        message(5, bob, "2026-05-14T23:59:59"),
        message(6, bob, "2026-05-15T00:00:01"),
      ],
    });
    assert.deepEqual(firsts(rows), ["m1", "m3", "m4", "m5", "m6"]);
    assert.deepEqual(new Set(rows.map((row) => row.day)), new Set(["2026-05-14", "2026-05-15"]));
  });

  test("end at a notice", () => {
    const rows = draw({
      messages: [
        message(1, ann, "2026-05-14T09:00:00"),
        message(2, ann, "2026-05-14T09:00:01", { kind: "notice" }),
        message(3, ann, "2026-05-14T09:00:02"),
      ],
    });
    assert.ok(firsts(rows).includes("m3"));
  });
});

describe("the New line", () => {
  const messages = [
    message(1, bob, "2026-05-14T09:00:00"),
    message(2, ann, "2026-05-14T09:00:10"),
    message(3, bob, "2026-05-14T09:00:20"),
    message(4, bob, "2026-05-14T09:00:30"),
  ];

  test("stands once, before the first message of somebody else that is later, which opens a group", () => {
    const rows = draw({ messages, divider: 1 });
    assert.deepEqual(
      rows.map((row) => row.key),
      ["m1", "m2", "new", "m3", "m4"],
    );
    assert.ok(firsts(rows).includes("m3"));
  });

  test("does not stand when nothing is new", () => {
    assert.ok(!draw({ messages, divider: 4 }).some((row) => row.key === "new"));
    assert.ok(!draw({ messages }).some((row) => row.key === "new"));
  });

  test("does not claim the top of a window that goes on above", () => {
    const keys = (/** @type {boolean} */ complete) =>
      draw({ messages, divider: 0, complete }).map((row) => row.key);
    assert.equal(keys(true)[0], "new");
    assert.equal(keys(false)[0], "m1");
  });
});

describe("someone the reader blocks", () => {
  const talk = [
    message(1, bob, "2026-05-14T09:00:00"),
    message(2, bob, "2026-05-14T09:01:00"),
    message(3, bob, "2026-05-14T09:02:00"),
    message(4, ann, "2026-05-14T09:03:00", { reply_to: { id: 1, tick: 1, author: bob, excerpt: "x" } }),
  ];
  const blocks = new Set([bob.id]);

  test("is folded but for what was asked for, which then opens a group", () => {
    const rows = draw({ messages: talk, blocks, folds: ({ id, author }) => author.id === bob.id && id !== 2 });
    assert.deepEqual(
      rows.map((row) => row.signature === "folded"),
      [true, false, true, false],
    );
    assert.deepEqual(firsts(rows), ["m2", "m4"]);
  });

  test("is not quoted", () => {
    const last = (/** @type {Set<number>} */ set) => draw({ messages: talk, blocks: set }).at(-1)?.signature;
    assert.notEqual(last(blocks), last(new Set()));
  });
});

describe("what is redrawn", () => {
  test("a message that changed, or whose author is called otherwise now", () => {
    const signature = (/** @type {object} */ fields, author = bob) =>
      draw({ messages: [message(1, author, "2026-05-14T09:00:00", fields)] })[0]?.signature;
    assert.equal(signature({}), signature({}));
    assert.notEqual(signature({}), signature({ changed: 5 }));
    assert.notEqual(signature({}), signature({}, { ...bob, name: "Robert" }));
  });

  test("a post that is late, fails or waits for the connection", () => {
    /** @type {import("../../chat/static/chat/js/types.d.ts").Pending} */
    const pending = {
      ref: "a",
      room: 1,
      text: "x",
      replyTo: null,
      attachments: [],
      queuedAt: 1000,
      state: "sending",
      error: null,
      tick: null,
    };
    const signature = (/** @type {object} */ fields, /** @type {object} */ view) =>
      draw({ pending: [{ ...pending, ...fields }], now: 1100, ...view })[0]?.signature;
    const fresh = signature({}, {});
    assert.equal(fresh, signature({}, { now: 1500 }));
    assert.notEqual(fresh, signature({}, { now: 1700 }));
    assert.notEqual(fresh, signature({}, { online: false }));
    assert.notEqual(fresh, signature({ state: "failed" }, {}));
  });
});
