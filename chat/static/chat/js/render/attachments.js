/** @import { Attachment } from "../types.d.ts" */
import { formatSize, t } from "../i18n.js";
import { el, icon } from "./dom.js";

/** The box an image is fitted into, in CSS pixels. */
const WIDTH = 416;
const HEIGHT = 400;

/** @param {Attachment} attachment */
export function attachmentNode(attachment) {
  const { type, width, height } = attachment;
  return type.startsWith("image/") && width && height
    ? imageNode(attachment, width, height)
    : fileNode(attachment);
}

/** @param {Attachment} attachment @param {number} width px @param {number} height px */
function imageNode(attachment, width, height) {
  const scale = Math.min(1, WIDTH / width, HEIGHT / height);
  const image = el("img", {
    src: attachment.thumbnail ?? attachment.url,
    alt: attachment.name,
    // Known before it is loaded, so that nothing jumps when it is.
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
    loading: "lazy",
    decoding: "async",
  });
  return el(
    "figure",
    { class: "att att-img" },
    el("a", { href: attachment.url, target: "_blank", rel: "noopener" }, image),
    el("figcaption", {}, `${attachment.name} · ${formatSize(attachment.size)}`),
  );
}

/** @param {Attachment} attachment */
function fileNode(attachment) {
  const extension = /\.([^.]{1,8})$/.exec(attachment.name)?.[1]?.toUpperCase();
  const size = formatSize(attachment.size);
  return el(
    "div",
    { class: "att att-file" },
    el("span", { class: "doc" }, icon("file")),
    el(
      "div",
      {},
      el("a", { class: "att-name", href: attachment.url, download: attachment.name }, attachment.name),
      el("span", { class: "att-meta" }, extension ? `${extension} · ${size}` : size),
    ),
    el(
      "a",
      {
        class: "icon-btn",
        href: attachment.url,
        download: attachment.name,
        "aria-label": t("Download {name}", { name: attachment.name }),
        title: t("Download"),
      },
      icon("get"),
    ),
  );
}
