/** @import { Row } from "./rows.js" */
import { formatDay } from "../i18n.js";
import { el } from "../render/dom.js";

/** @typedef {Map<string, {node: HTMLElement, signature: string}>} Drawn by the keys of rows */

/** Brings the column to show some rows, touching only the nodes that differ. */
export class Painter {
  #column;
  /** @type {Drawn} */
  #drawn = new Map();
  /** @type {Map<string, HTMLElement>} */
  #sections = new Map();

  /** @param {HTMLElement} column */
  constructor(column) {
    this.#column = column;
  }

  /** @param {Row[]} rows @param {Node[]} above stands before the first day */
  paint(rows, above) {
    /** @type {Drawn} */
    const drawn = new Map();
    /** @type {Map<string, HTMLElement>} */
    const sections = new Map();
    for (const { key, at, rows: inside } of daysOf(rows)) {
      const section = this.#sections.get(key) ?? daySection();
      nameDay(section, formatDay(at));
      settle(section, [...[...section.children].slice(0, 1), ...inside.map((row) => this.#nodeOf(row, drawn))]);
      sections.set(key, section);
    }
    settle(this.#column, [...above, ...sections.values()]);
    this.#drawn = drawn;
    this.#sections = sections;
  }

  /** @param {Row} row @param {Drawn} drawn */
  #nodeOf(row, drawn) {
    const old = this.#drawn.get(row.key);
    const keep = old && (old.signature === row.signature || old.node.classList.contains("is-editing"));
    const entry = keep ? old : { node: replace(old?.node, row.make()), signature: row.signature };
    drawn.set(row.key, entry);
    return entry.node;
  }
}

/** @param {Row[]} rows @returns {{key: string, at: string | number, rows: Row[]}[]} runs of one day */
function daysOf(rows) {
  /** @type {{key: string, day: string, at: string | number, rows: Row[]}[]} */
  const runs = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run?.day === row.day) run.rows.push(row);
    // A clock that was set back makes a day come twice.
    else
      runs.push({
        key: runs.some((each) => each.day === row.day) ? row.key : row.day,
        day: row.day,
        at: row.at,
        rows: [row],
      });
  }
  return runs;
}

function daySection() {
  return el("section", { class: "day-group" }, el("div", { class: "day" }, el("span")));
}

/** At midnight "Today" becomes "Yesterday". @param {HTMLElement} section @param {string} words */
function nameDay(section, words) {
  if (section.getAttribute("aria-label") === words) return;
  section.setAttribute("aria-label", words);
  section.firstElementChild?.firstElementChild?.replaceChildren(words);
}

/** The new node takes the focus and the place of the old one. @param {HTMLElement | undefined} old @param {HTMLElement} node */
function replace(old, node) {
  if (!old?.isConnected) return node;
  const focused = old.contains(document.activeElement);
  const tools = old.querySelector(":scope > .tools");
  // What they offer is another thing where a message went or came back: there they are asked for anew.
  if (tools && isTombstone(old) === isTombstone(node)) node.append(tools);
  if (old.classList.contains("is-target")) node.classList.add("is-target");
  old.replaceWith(node);
  if (focused) node.focus({ preventScroll: true });
  return node;
}

/** @param {HTMLElement} node */
function isTombstone(node) {
  return node.querySelector(":scope > .gone") !== null;
}

/**
 * Make these the children, in this order. What goes is taken out first: a node that stays is never moved, for
 * moving it would take the focus and the scroll positions inside.
 *
 * @param {HTMLElement} parent @param {Node[]} nodes
 */
function settle(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let cursor = parent.firstChild;
  for (const node of nodes) {
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  }
}
