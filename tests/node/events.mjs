// What the tests of push events need: the documented ones, servers for receivers, and requests to them.

import { readFileSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { KEY } from "./support.mjs";

export const PATH = "/sonorancms/events";
export const LIMIT = 256 * 1024;

/** Every documented event: type, name, summary, body. */
export const documentedEvents = JSON.parse(
  readFileSync(join(process.env.SONORAN_ROOT, "tests/generated/documented-events.json"), "utf8"),
);

/** The text of an event. */
export function eventText(type = "ACCOUNT_KICKED", data = { accountId: "a" }, key = KEY) {
  return JSON.stringify({ key, type, data });
}

/** A text of an event with this many bytes. */
export function eventOfSize(size) {
  const empty = eventText("ACCOUNT_KICKED", { pad: "" }).length;
  return eventText("ACCOUNT_KICKED", { pad: "x".repeat(size - empty) });
}

/** A promise and what settles it. */
export function deferred() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}

/** Serves the listener until the test ends; gives the address. */
export async function serve(context, listener) {
  const server = createServer(listener);
  const { promise, resolve } = deferred();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** Sends a request, by POST to the receiver's path where nothing else is said. */
export function send(url, body = "", { method = "POST", path = PATH, headers = {}, agent } = {}) {
  const { promise, resolve, reject } = deferred();
  const length = headers["Transfer-Encoding"] ? {} : { "Content-Length": Buffer.byteLength(body) };
  const call = request(url + path, { method, agent, headers: { ...length, ...headers } });
  call.on("response", (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (part) => (text += part));
    response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
  });
  call.on("error", reject).end(body);
  return promise;
}

/** Sends all the texts at once, over at most 200 connections. */
export async function sendAll(url, texts) {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const answers = await Promise.all(texts.map((text) => send(url, text, { agent })));
  agent.destroy();
  return answers;
}

/** Writes bytes to the server as they are; `received` resolves with all that came once the server has closed. */
export function rawConnection(url, text) {
  const { hostname, port } = new URL(url);
  const { promise, resolve } = deferred();
  const socket = connect(Number(port), hostname);
  let received = "";
  socket.setEncoding("utf8").on("data", (part) => (received += part));
  // A reset is a way to close, too.
  socket.on("error", () => {}).on("close", () => resolve(received));
  socket.write(text);
  return { socket, received: promise };
}

/** The head of a request by POST. */
export function head(...headers) {
  return [`POST ${PATH} HTTP/1.1`, "Host: localhost", ...headers, "", ""].join("\r\n");
}
