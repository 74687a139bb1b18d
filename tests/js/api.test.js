import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Api } from "../../chat/static/chat/js/api.js";

/** @param {{status: number, text: string} | Error} answer */
function served(answer) {
  /** @type {any[]} */
  const asked = [];
  const fetch = async (/** @type {string} */ path, /** @type {any} */ init) => {
    asked.push({ path, ...init });
    if (answer instanceof Error) throw answer;
    return { status: answer.status, text: async () => answer.text };
  };
  return { api: new Api({ csrf: "token", fetch: /** @type {any} */ (fetch) }), asked };
}

describe("requests", () => {
  test("that write carry the token, those that read do not", async () => {
    const { api, asked } = served({ status: 200, text: '{"rooms": []}' });
    await api.rooms();
    await api.leave(7);
    await api.setMember(7, 2, "owner");
    assert.deepEqual(
      asked.map(({ method, headers }) => [method, headers["X-CSRFToken"]]),
      [
        ["GET", undefined],
        ["POST", "token"],
        ["PUT", "token"],
      ],
    );
    assert.equal(asked[2].body, '{"role":"owner"}');
  });

  test("name only what is asked", async () => {
    const { api, asked } = served({
      status: 200,
      text: '{"messages": [], "members": [], "users": [], "clock": 1}',
    });
    await api.history(7);
    await api.history(7, { before: 5, limit: 10 });
    await api.members(7, { q: "a b&c", after: 3 });
    assert.deepEqual(
      asked.map(({ path }) => path),
      [
        "/api/rooms/7/messages",
        "/api/rooms/7/messages?before=5&limit=10",
        "/api/rooms/7/members?q=a+b%26c&after=3",
      ],
    );
  });
});

describe("errors", () => {
  test("are those of the contract", async () => {
    const text = '{"error": {"code": "rate_limited", "message": "slowly", "retry_after": 2}}';
    await assert.rejects(served({ status: 429, text }).api.rooms(), {
      code: "rate_limited",
      message: "slowly",
      retryAfter: 2,
    });
  });

  test("of a proxy or of the network are understood", async () => {
    const html = "<h1>Bad gateway</h1>";
    await assert.rejects(served({ status: 502, text: html }).api.rooms(), { code: "unavailable" });
    await assert.rejects(served({ status: 413, text: html }).api.rooms(), { code: "too_large" });
    await assert.rejects(served({ status: 200, text: html }).api.rooms(), { code: "unavailable" });
    await assert.rejects(served(new TypeError("Failed to fetch")).api.rooms(), { code: "unavailable" });
  });
});
