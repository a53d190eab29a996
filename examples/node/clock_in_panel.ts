// A panel on which members clock in, with Express: node clock_in_panel.ts PORT
//
//   curl -X POST http://127.0.0.1:8080/members/00000000-0000-0000-0000-000000000000/clock/in
//
// SONORAN_API_KEY and SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and
// YOUR_COMMUNITY_ID; SONORAN_CMS_API_URL is the emulator's address. Node.js runs TypeScript itself from 22.18 on; older
// ones with tsx.

import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import express, { type Express, type Response } from "express";
import Sonoran, { type Instance, type SonoranFailure } from "sonoran.js";

/** In milliseconds: a browser waits. */
const PATIENCE = 5_000;

/** The panel's routes. A member who leaves the page ends the call for it. */
export function panel({ cms }: Instance): Express {
  const app = express();
  app.post("/members/:accId/clock/:intention", async (request, response) => {
    const { accId, intention } = request.params;
    if (intention !== "in" && intention !== "out") return void response.status(404).json({ reason: "in or out" });
    const left = new AbortController();
    response.on("close", () => left.abort());
    try {
      const options = { signal: left.signal, deadline: PATIENCE };
      const clocked = await cms.clockAccountV2(accId, { accId, intention }, options);
      if (clocked.success) response.json({ clockedIn: intention === "in" });
      else fail(response, clocked);
    } catch (error) {
      // Misuse, such as an id that is none: nothing was sent. And who has left needs no answer.
      if (error instanceof TypeError || error instanceof RangeError) response.status(422).json({ reason: error.message });
      else if (!left.signal.aborted) throw error;
    }
  });
  return app;
}

/** A refusal is the member's, an outage is nobody's fault here: try again later. */
function fail(response: Response, { error, reason, status }: SonoranFailure): void {
  if (error.retryAfter !== null) response.set("Retry-After", String(Math.ceil(error.retryAfter)));
  const isRefusal = error.kind === "api" || error.kind === "notFound";
  response.status(isRefusal ? (status ?? 502) : 503).json({ reason });
}

function main(): void {
  const { SONORAN_API_KEY: apiKey = "", SONORAN_COMMUNITY_ID: communityId = "" } = process.env;
  const instance = Sonoran.instance({ apiKey, communityId });
  const server = panel(instance).listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
    console.log(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      server.close();
      server.closeIdleConnections();
    });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
