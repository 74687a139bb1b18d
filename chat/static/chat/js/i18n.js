/** Words, numbers and dates in the reader's language and time zone. Without a document: English, UTC. */

/** @typedef {string | Record<string, string>} Entry a text, or one per plural category (CLDR: one, few, other …) */

let language = "en";
let timeZone = "UTC";
/** @type {Record<string, Entry>} */
let catalog = {};

/** @param {{language?: string, timeZone?: string, catalog?: Record<string, Entry>}} settings */
export function setLocale(settings) {
  language = settings.language || "en";
  timeZone = settings.timeZone || "UTC";
  catalog = settings.catalog ?? {};
}

if (typeof document !== "undefined") setLocale(readLocale(document));

/** @param {Document} page */
function readLocale(page) {
  const zone = page.querySelector('meta[name="time-zone"]')?.getAttribute("content");
  const words = page.getElementById("catalog")?.textContent;
  return {
    language: regional(page.documentElement.lang),
    timeZone: zone || Intl.DateTimeFormat().resolvedOptions().timeZone,
    catalog: words ? JSON.parse(words) : {},
  };
}

/**
 * "en" alone means American clocks and dates; the browser knows which English its owner reads.
 *
 * @param {string} tag of the page
 */
function regional(tag) {
  return navigator.languages.find((each) => each.startsWith(`${tag}-`)) ?? tag;
}

/**
 * @param {string} text English, the key of the catalog; `{name}` is filled in
 * @param {Record<string, string | number>} [values]
 */
export function t(text, values = {}) {
  const entry = catalog[text];
  return fill(typeof entry === "string" ? entry : text, values);
}

/**
 * @param {string} sentence English, of the server
 * @returns {string | null} null: the reader's language is another, and the catalog doesn't know the sentence
 */
export function translated(sentence) {
  const entry = catalog[sentence];
  if (typeof entry === "string") return entry;
  return language.startsWith("en") ? sentence : null;
}

/**
 * @param {string} one English singular, the key of the catalog
 * @param {string} many English plural
 * @param {number} n chooses the form, and fills `{n}`
 * @param {Record<string, string | number>} [values]
 */
export function tn(one, many, n, values = {}) {
  const entry = catalog[one];
  const category = new Intl.PluralRules(language).select(n);
  const form = typeof entry === "object" ? (entry[category] ?? entry.other ?? many) : n === 1 ? one : many;
  return fill(form, { n: formatNumber(n), ...values });
}

/** @param {string} text @param {Record<string, string | number>} values */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {number} n */
export function formatNumber(n) {
  return new Intl.NumberFormat(language).format(n);
}

/** @param {string[]} names "Ann, Bob and Cem" */
export function formatList(names) {
  return new Intl.ListFormat(language, { type: "conjunction" }).format(names);
}

/** @param {number} bytes "1.4 MB" */
export function formatSize(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[step],
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** step);
}

const UNITS = /** @type {const} */ ([
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
]);

/** @param {number} seconds @param {"short" | "long"} [unitDisplay] "10 min", or "10 minutes": in the largest whole unit */
export function formatSpan(seconds, unitDisplay = "short") {
  const [unit, size] = UNITS.find(([, each]) => seconds % each === 0) ?? ["second", 1];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay }).format(seconds / size);
}

/** @typedef {string | number | Date} Moment RFC 3339, or ms since 1970 */

/** @param {Moment} moment "14:05" */
export function formatTime(moment) {
  return formatter({ timeStyle: "short" }).format(new Date(moment));
}

/** @param {Moment} moment "Tuesday, 24 November 2026 at 14:05" */
export function formatDateTime(moment) {
  return formatter({ dateStyle: "full", timeStyle: "short" }).format(new Date(moment));
}

/** @param {Moment} moment @returns {string} "2026-11-24" in the reader's zone: equal on the same day */
export function dayKey(moment) {
  const parts = dayFormatter().formatToParts(new Date(moment));
  const part = (/** @type {string} */ type) => parts.find((each) => each.type === type)?.value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** @param {Moment} moment @param {Moment} [now] "Today", "Yesterday", or the whole date */
export function formatDay(moment, now = Date.now()) {
  const days = daysBetween(dayKey(moment), dayKey(now));
  if (days === 0) return t("Today");
  if (days === 1) return t("Yesterday");
  return formatter({ dateStyle: "full" }).format(new Date(moment));
}

/** @param {string} earlier @param {string} later day keys */
function daysBetween(earlier, later) {
  return Math.round((Date.parse(later) - Date.parse(earlier)) / 86_400_000);
}

function dayFormatter() {
  const key = `day ${timeZone}`;
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    formatters.set(key, found);
  }
  return found;
}

/** @type {Map<string, Intl.DateTimeFormat>} Building one costs more than a hundred uses. */
const formatters = new Map();

/** @param {Intl.DateTimeFormatOptions} options */
function formatter(options) {
  const key = `${language} ${timeZone} ${options.dateStyle} ${options.timeStyle}`;
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(language, { ...options, timeZone });
    formatters.set(key, found);
  }
  return found;
}
