// Answers every request with one file, over TLS: `node tls-server.mjs FOLDER [--exit-with-parent]`. Prints its address.

import { readFileSync } from "node:fs";
import { createServer } from "node:https";

const [folder, bound] = process.argv.slice(2);
// Its input is a pipe of whoever started it.
if (bound === "--exit-with-parent") process.stdin.on("end", () => process.exit()).resume();
const pem = readFileSync(`${folder}/server.pem`);
const answer = readFileSync(`${folder}/answer.json`);
const head = { "content-type": "application/json", "content-length": answer.length };
const server = createServer({ key: pem, cert: pem, keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume();
  response.writeHead(200, head).end(answer);
});
server.listen(0, "localhost", () => console.log(JSON.stringify({ url: `https://localhost:${server.address().port}` })));
