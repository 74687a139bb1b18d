import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, describe, test } from "node:test";
import { setLocale } from "../../chat/static/chat/js/i18n.js";
import { CommandError } from "../../chat/static/chat/js/protocol.js";
import * as refusal from "../../chat/static/chat/js/render/refusal.js";

const CHINESE = new URL("../../chat/locale/js/zh-hans.json", import.meta.url);

afterEach(() => setLocale({}));

describe("a refusal is told", () => {
  test("in the server's own words to who reads English", () => {
    setLocale({ language: "en-GB" });
    assert.equal(
      refusal.describe(new CommandError("conflict", "A room keeps at least one owner.")),
      "A room keeps at least one owner.",
    );
  });

  test("in the reader's language, roughly where the catalog doesn't know the sentence", async () => {
    setLocale({ language: "zh-Hans", catalog: JSON.parse(await readFile(CHINESE, "utf8")) });
    const tell = (/** @type {string} */ code, /** @type {string} */ message) =>
      refusal.describe(new CommandError(code, message));
    assert.equal(tell("conflict", "A room keeps at least one owner."), "房间至少要有一位所有者。");
    assert.equal(tell("forbidden", "A sentence of another version."), "你没有权限这样做。");
    assert.equal(tell("invalid", "A sentence of another version."), "服务器不接受这项操作。");
  });

  test("in words where there is nothing but a code, as from a proxy", () => {
    assert.equal(refusal.describe(new CommandError("too_large", "")), "This is too large.");
    assert.match(refusal.describe(new CommandError("unavailable", "")), /can’t be reached/);
  });

  test("and nothing else is taken for one", () => {
    assert.throws(() => refusal.describe(new TypeError("a mistake")), TypeError);
  });
});
