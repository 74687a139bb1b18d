import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import * as i18n from "../../chat/static/chat/js/i18n.js";

afterEach(() => i18n.setLocale({}));

describe("words", () => {
  test("without a catalog they are English", () => {
    assert.equal(i18n.t("Hello {name}, {other}", { name: "Ann" }), "Hello Ann, {other}");
    assert.equal(i18n.tn("{n} reply", "{n} replies", 1), "1 reply");
    assert.equal(
      i18n.tn("{n} reply in {room}", "{n} replies in {room}", 1200, { room: "Ops" }),
      "1,200 replies in Ops",
    );
  });

  test("the catalog gives the reader's, in the plural form of the language", () => {
    i18n.setLocale({
      language: "pl",
      catalog: { Save: "Zapisz", "{n} file": { one: "{n} plik", few: "{n} pliki", many: "{n} plików" } },
    });
    assert.equal(i18n.t("Save"), "Zapisz");
    assert.deepEqual(
      [1, 3, 5].map((n) => i18n.tn("{n} file", "{n} files", n)),
      ["1 plik", "3 pliki", "5 plików"],
    );
    assert.equal(i18n.t("constructor"), "constructor");
  });
});

describe("dates", () => {
  const moment = "2026-11-24T23:30:00.000Z";

  test("are of the reader's time zone", () => {
    assert.equal(i18n.dayKey(moment), "2026-11-24");
    i18n.setLocale({ language: "de", timeZone: "Europe/Berlin" });
    assert.equal(i18n.dayKey(moment), "2026-11-25");
    assert.equal(i18n.formatTime(moment), "00:30");
    assert.match(i18n.formatDay(moment, "2027-01-01T00:00:00Z"), /25\. November 2026/);
  });

  test("near days have names", () => {
    assert.equal(i18n.formatDay(moment, "2026-11-24T00:00:00Z"), "Today");
    assert.equal(i18n.formatDay(moment, "2026-11-25T00:00:00Z"), "Yesterday");
    assert.match(i18n.formatDay(moment, "2026-11-26T00:00:00Z"), /Tuesday/);
  });
});

test("numbers, lists and sizes", () => {
  assert.equal(i18n.formatList(["Ann", "Bob", "Cem"]), "Ann, Bob, and Cem");
  assert.deepEqual([0, 999, 1_400_000].map(i18n.formatSize), ["0 bytes", "999 bytes", "1.4 MB"]);
});
