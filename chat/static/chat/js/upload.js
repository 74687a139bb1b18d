/** @import { Attachment } from "./types.d.ts" */
import { readAnswer } from "./answer.js";
import { CommandError } from "./protocol.js";

/**
 * Send one file; XMLHttpRequest, because fetch cannot tell how much has been sent.
 *
 * @param {File} file
 * @param {{csrf: string, progress?: (share: number) => void, signal?: AbortSignal}} options progress: 0 … 1
 * @returns {Promise<Attachment>} rejects with a CommandError
 */
export function upload(file, { csrf, progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/attachments");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrf);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress?.(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      try {
        resolve(readAnswer(request.status, request.responseText));
      } catch (error) {
        reject(error);
      }
    });
    request.addEventListener("error", () => reject(new CommandError("unavailable", "")));
    request.addEventListener("abort", () => reject(new CommandError("aborted", "")));
    signal?.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.set("file", file);
    request.send(form);
  });
}
