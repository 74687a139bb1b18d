import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandError, utf8Length } from "../../chat/static/chat/js/protocol.js";

test("the length in UTF-8 is that of the encoded bytes", () => {
  for (const text of ["", "plain", "é", "漢字", "😀", "a\u0000b", "\u07ff\u0800\uffff\u{10000}\u{10ffff}"]) {
    assert.equal(utf8Length(text), Buffer.byteLength(text), JSON.stringify(text));
  }
});

test("an error is described as the wire does", () => {
  assert.deepEqual(CommandError.describe(new CommandError("muted", "no", 2)), {
    code: "muted",
    message: "no",
    retry_after: 2,
  });
  assert.deepEqual(CommandError.describe(new CommandError("archived", "")), {
    code: "archived",
    message: "archived",
  });
});
