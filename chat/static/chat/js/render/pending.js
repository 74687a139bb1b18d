/** @import { Pending, User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { attachmentNode } from "./attachments.js";
import { avatar } from "./avatar.js";
import { plainBody } from "./body.js";
import { el, icon } from "./dom.js";
import { gutter, headLine } from "./message.js";
import { quoteLine } from "./quote.js";
import { explain } from "./refusal.js";
import { timeMark } from "./time.js";

/**
 * A message of mine that the server has not shown yet.
 *
 * @param {Pending} pending
 * @param {{first: boolean, me: User, late: boolean, online: boolean}} context late: long enough under way to say so
 */
export function pendingNode(pending, { first, me, late, online }) {
  const id = `p-${pending.ref}`;
  const waits = pending.state === "waiting" || pending.state === "sending";
  const article = el("article", {
    class: `msg${first ? " is-first" : ""}${waits ? " is-pending" : ""}`,
    id,
    tabindex: -1,
    "aria-labelledby": `${id}-a ${id}-b`,
  });
  const time = timeMark(new Date(pending.queuedAt).toISOString());
  if (first) article.append(avatar(me), headLine(me, time, `${id}-a`));
  else article.append(gutter(me, time, `${id}-a`));
  if (pending.replyTo) article.append(quoteLine(pending.room, pending.replyTo));
  article.append(plainBody(pending.text, `${id}-b`));
  for (const attachment of pending.attachments) article.append(attachmentNode(attachment));
  if (pending.state === "failed") article.append(failure(pending));
  else if (waits && late) article.append(online ? sending() : waiting());
  return article;
}

function sending() {
  return el("p", { class: "msg-state" }, el("span", { class: "spin", "aria-hidden": "true" }), t("Sending…"));
}

function waiting() {
  return el("p", { class: "msg-state" }, icon("clock", "icon-s"), t("Waiting for a connection"));
}

/** @param {Pending} pending */
function failure({ ref, error }) {
  return el(
    "p",
    { class: "msg-state is-failed", role: "alert" },
    icon("alert", "icon-s"),
    el("span", {}, error ? t("Not sent. {why}", { why: explain(error) }) : t("Not sent.")),
    el("button", { class: "btn-link", type: "button", "data-act": "retry", "data-ref": ref }, t("Try again")),
    el(
      "button",
      { class: "btn-link is-danger", type: "button", "data-act": "discard", "data-ref": ref },
      t("Delete"),
    ),
  );
}
