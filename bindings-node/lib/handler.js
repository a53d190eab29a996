"use strict";

const { WRONG_PATH } = require("./intake.js");
const { warn } = require("./warn.js");

/** A request listener of `node:http`, which is a handler of Express too. */
function httpHandler(intake, path) {
  return function handler(request, response, next) {
    if (isMounted(request) || pathOf(request) === path) {
      intake
        .answer(request)
        .then((answer) => send(response, answer))
        .catch((error) => warn("The receiver", error));
    } else if (typeof next === "function") {
      next();
    } else {
      send(response, WRONG_PATH);
    }
  };
}

/** Whether a router has chosen this handler by the path. */
function isMounted(request) {
  return request.route !== undefined || Boolean(request.baseUrl);
}

function pathOf(request) {
  return (request.originalUrl ?? request.url).split("?", 1)[0];
}

function send(response, answer) {
  if (answer === null || response.headersSent || response.destroyed) return;
  // The sender may go away while it is written.
  response.on("error", () => {});
  response.writeHead(answer.status, { ...answer.headers, "Content-Length": Buffer.byteLength(answer.text) });
  response.end(answer.text);
}

module.exports = { httpHandler };
