import { App } from "./app.js";
import { Client } from "./client.js";
import { About } from "./elements/about.js";
import { Browse } from "./elements/browse.js";
import { Card } from "./elements/card.js";
import { Composer } from "./elements/composer.js";
import { Details } from "./elements/details.js";
import { AddPeople, NewMessage, NewRoom, wireDialogs } from "./elements/dialogs.js";
import { Head } from "./elements/head.js";
import { ModerationPane } from "./elements/moderation.js";
import { Notices } from "./elements/notices.js";
import { People } from "./elements/people.js";
import { Pins } from "./elements/pins.js";
import { ReportForm } from "./elements/report.js";
import { Reports, ReportsRow } from "./elements/reports.js";
import { Sidebar } from "./elements/sidebar.js";
import { Status } from "./elements/status.js";
import { Switcher } from "./elements/switcher.js";
import { Timeline } from "./elements/timeline.js";
import { follow } from "./follow.js";
import { wireNavigation } from "./navigation.js";
import { one } from "./render/dom.js";
import { wireShortcuts } from "./shortcuts.js";
import { EmojiPopover } from "./timeline/emoji.js";
import { keepTitle } from "./title.js";
import { fitAboveKeyboard } from "./viewport.js";

const ELEMENTS = {
  "chat-rooms": Sidebar,
  "chat-head": Head,
  "chat-status": Status,
  "chat-timeline": Timeline,
  "chat-composer": Composer,
  "chat-details": Details,
  "chat-people": People,
  "chat-pins": Pins,
  "chat-about": About,
  "chat-moderation": ModerationPane,
  "chat-card": Card,
  "chat-switcher": Switcher,
  "chat-browse": Browse,
  "chat-new-room": NewRoom,
  "chat-new-message": NewMessage,
  "chat-add-people": AddPeople,
  "chat-report": ReportForm,
  "chat-notices": Notices,
  "chat-reports-row": ReportsRow,
  "chat-reports": Reports,
};

start();

async function start() {
  const boot = JSON.parse(one(document, "#boot", HTMLScriptElement).text);
  const csrf = one(document, "[name=csrfmiddlewaretoken]", HTMLInputElement).value;
  const socketURL = new URL("/ws/", location.href.replace(/^http/, "ws")).href;
  const client = new Client({ me: boot.me, csrf, socketURL });
  const app = new App({
    client,
    me: boot.me,
    site: document.body.dataset.site ?? "",
    maxUpload: boot.max_upload_bytes,
    moderator: boot.moderator,
    emoji: new EmojiPopover(),
  });
  app.room = boot.room;
  app.target = boot.at;
  for (const [name, Part] of Object.entries(ELEMENTS)) {
    customElements.define(
      name,
      class extends HTMLElement {
        connectedCallback() {
          new Part(this, app);
        }
      },
    );
  }
  wireDialogs(app);
  wireShortcuts(app);
  wireNavigation(app);
  keepTitle(app);
  fitAboveKeyboard();
  follow(app);
  await client.start();
}
