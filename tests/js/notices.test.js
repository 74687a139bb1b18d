import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { formatDateTime, setLocale } from "../../chat/static/chat/js/i18n.js";
import { normaliseUser } from "../../chat/static/chat/js/normalise.js";
import { WaitingNotices } from "../../chat/static/chat/js/notices.js";
import { publish } from "../../chat/static/chat/js/publish.js";
import { noticeWords } from "../../chat/static/chat/js/render/notice.js";
import { createOutcome, createRooms } from "../../chat/static/chat/js/room-state.js";
import { applyObject } from "../../chat/static/chat/js/rooms.js";

/** @typedef {import("../../chat/static/chat/js/notice-types.d.ts").Notice} Notice */

/** @param {Partial<Notice>} fields @returns {Notice} */
function made(fields) {
  return {
    id: 1,
    kind: "warning",
    text: "",
    action: "",
    room: null,
    until: null,
    by: null,
    created_at: "2026-03-01T09:30:00.000Z",
    seen: false,
    ...fields,
  };
}

describe("the notices that wait", () => {
  test("stand in the order in which they were given, each once", () => {
    const notices = new WaitingNotices();
    notices.take([made({ id: 3 }), made({ id: 2 })]);
    notices.take([made({ id: 2 }), made({ id: 1 })]);
    assert.deepEqual([notices.first?.id, notices.count], [1, 3]);
  });

  test("go when they were seen, on whatever screen, and no late answer brings them back", () => {
    const notices = new WaitingNotices();
    notices.take([made({ id: 1 }), made({ id: 2 })]);
    notices.take([made({ id: 1, seen: true })]);
    assert.equal(notices.first?.id, 2);
    notices.take([made({ id: 1 }), made({ id: 2 })]);
    assert.deepEqual([notices.first?.id, notices.count], [2, 1]);
    notices.take([made({ id: 2, seen: true })]);
    assert.deepEqual([notices.first, notices.count], [null, 0]);
  });
});

test("the connection tells of a notice, and of each beginning, after which they are asked for", () => {
  const me = { id: 1, username: "ann", name: "Ann" };
  const told = (/** @type {any} */ object) => {
    const outcome = createOutcome();
    applyObject(createRooms(normaliseUser(me)), object, outcome, 0);
    /** @type {any[]} */
    const events = [];
    publish(outcome, (name, detail) => events.push([name, detail]));
    return events;
  };
  const notice = made({ by: normaliseUser({ id: 2, username: "bob" }) });
  assert.deepEqual(told({ type: "notice", notice }), [["notice", { notice }]]);
  assert.deepEqual(told({ type: "welcome", user: me, epoch: "e1", rooms: [] }), [["welcome", null]]);
});

describe("what a notice says", () => {
  afterEach(() => setLocale({}));
  const room = { id: 7, name: "General" };

  test("of a warning: by whom, if they signed, and about which room", () => {
    assert.deepEqual(noticeWords(made({})).title, "A warning from the moderators");
    const signed = noticeWords(made({ by: normaliseUser({ id: 2, username: "bob", name: "Bob" }), room }));
    assert.deepEqual([signed.title, signed.lines], ["A warning from Bob", ["It is about General."]]);
  });

  test("of a sanction: what, where and until when, by the reader's clock", () => {
    setLocale({ language: "en-GB", timeZone: "Asia/Shanghai" });
    const until = "2026-03-01T20:00:00.000Z";
    // Its commas are those of the Unicode version at hand.
    const time = formatDateTime(until);
    assert.match(time, /Monday,? 2 March 2026 at 04:00/);
    const words = (/** @type {Partial<Notice>} */ fields) => {
      const { title, lines } = noticeWords(made({ kind: "sanction", ...fields }));
      return [title, ...lines];
    };
    assert.deepEqual(words({ action: "mute", room, until }), ["You were muted", `In General, until ${time}.`]);
    assert.deepEqual(words({ action: "mute", until }), ["You were muted", `On the whole site, until ${time}.`]);
    assert.deepEqual(words({ action: "ban", room }), ["You were banned", "In General, for good."]);
    assert.deepEqual(words({ action: "ban" }), ["You were banned", "On the whole site, for good."]);
    assert.deepEqual(words({ action: "remove", room }), ["You were removed from General"]);
    assert.deepEqual(words({ action: "an act of a later version" }), ["The moderators acted on your account"]);
  });

  test("of one's report: what came of it, and where it was, unless that has no name", () => {
    const lines = (/** @type {Partial<Notice>} */ fields) =>
      noticeWords(made({ kind: "outcome", ...fields })).lines;
    assert.deepEqual(lines({ action: "resolve", room }), [
      "You reported something in General.",
      "They have dealt with it.",
    ]);
    assert.deepEqual(lines({ action: "dismiss", room: { id: 8, name: "" } }), ["They found nothing to do."]);
  });
});
