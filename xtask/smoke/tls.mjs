// HTTPS before a server that speaks HTTP: `node tls.mjs URL FOLDER`, with key.pem and certificate.pem in the folder.

import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";

const [url, folder] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const [key, cert] = ["key.pem", "certificate.pem"].map((name) => readFileSync(join(folder, name)));

const server = createServer({ key, cert, ALPNProtocols: ["http/1.1"] }, (client) => {
  const behind = connect(Number(port), hostname);
  client.pipe(behind).pipe(client);
  client.on("error", () => behind.destroy());
  behind.on("error", () => client.destroy());
});

server.listen(0, "127.0.0.1", () => console.log(`https://127.0.0.1:${server.address().port}`));
