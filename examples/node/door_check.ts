// The door of a game server: may this member join?
//
//   node door_check.ts discord:1234567890 ...
//
// SONORAN_API_KEY and SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and
// YOUR_COMMUNITY_ID; SONORAN_CMS_API_URL is the emulator's address. A refusal, an unknown member and an outage are three
// things: in the last case the list that was saved before decides, so that a restart of the service locks nobody out.
// Node.js runs TypeScript itself from 22.18 on; older ones with tsx.

import { pathToFileURL } from "node:url";
import Sonoran, { type Instance } from "sonoran.js";

/** In milliseconds: somebody waits at the door. */
const PATIENCE = 5_000;
const RENEWAL = 300_000;

export const answers = {
  welcome: "welcome",
  notWhitelisted: "you are not on this server's whitelist",
  unknown: "link your account to the community first",
  askLater: "the door cannot be checked now, try again in a minute",
} as const;

export type Answer = (typeof answers)[keyof typeof answers];

/** The door of one server, with the list that it had last. */
export class Door {
  readonly #instance: Instance;
  readonly #server: number;
  #saved: Set<string> | null = null;

  constructor(instance: Instance, server: number) {
    this.#instance = instance;
    this.#server = server;
  }

  /** Saves the list; where it can't be had, the old one stays. */
  async renew(): Promise<void> {
    const response = await this.#instance.cms.getWhitelistV2(this.#server);
    if (response.success) this.#saved = new Set(response.data.flatMap(({ apiIds }) => apiIds ?? []));
    else console.error(`the list could not be renewed: ${response.reason}`);
  }

  /** Whether a member may join, by one of their identifiers, such as discord and 1234567890. */
  async ask(kind: string, value: string): Promise<Answer> {
    const member = kind === "discord" ? { discord: value } : { apiId: value };
    const response = await this.#instance.cms.verifyWhitelistV2(this.#server, member, { deadline: PATIENCE });
    if (response.success) return answers.welcome;
    switch (response.error.refusal) {
      case "notWhitelisted":
      case "blockedFromWhitelist":
        return answers.notWhitelisted;
      case "unknownAccount":
        return answers.unknown;
    }
    // Of the member that says nothing: the set-up is wrong, or the service is down.
    console.error(`no answer for ${kind}:${value}: ${response.reason}`);
    if (this.#saved === null) return answers.askLater;
    return this.#saved.has(`${kind}:${value}`) ? answers.welcome : answers.notWhitelisted;
  }
}

async function main(): Promise<void> {
  const { SONORAN_API_KEY: apiKey = "", SONORAN_COMMUNITY_ID: communityId = "" } = process.env;
  const door = new Door(Sonoran.instance({ apiKey, communityId }), 1);
  await door.renew();
  // It keeps no process alive.
  setInterval(() => door.renew(), RENEWAL).unref();
  for (const identifier of process.argv.slice(2)) {
    const [kind = "", value = ""] = identifier.split(":", 2);
    console.log(`${identifier}: ${await door.ask(kind, value)}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
