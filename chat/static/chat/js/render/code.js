import { t } from "../i18n.js";
import { el, icon } from "./dom.js";

/** Every code block can be copied, and its scroller has a name. @param {HTMLElement} body */
export function dressCode(body) {
  for (const figure of body.querySelectorAll("figure.code")) {
    figure
      .querySelector("figcaption")
      ?.append(
        el(
          "button",
          { class: "copy", type: "button", "data-act": "copy-code" },
          icon("copy", "icon-s"),
          t("Copy"),
        ),
      );
    const pre = figure.querySelector("pre");
    pre?.setAttribute("role", "region");
    pre?.setAttribute("aria-label", figure.querySelector("figcaption span")?.textContent || t("Code"));
  }
}
