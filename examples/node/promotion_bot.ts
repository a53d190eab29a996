// A chat bot that promotes members: `!promote 1234567890 rank-2`.
//
//   node promotion_bot.ts
//
// It has the shape of a program with discord.js, a client that emits `messageCreate` for each message and is answered by
// `message.reply`; here messages come from standard input, so that it runs without an account there. SONORAN_API_KEY and
// SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and YOUR_COMMUNITY_ID;
// SONORAN_CMS_API_URL is the emulator's address. Node.js runs TypeScript itself from 22.18 on; older ones with tsx.

import { EventEmitter } from "node:events";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import Sonoran, { type Instance } from "sonoran.js";

const PREFIX = "!promote ";

/** What the bot uses of a `Message` of discord.js. */
export interface Message {
  readonly content: string;
  reply(text: string): Promise<unknown>;
}

/** Answers the messages that are for this bot. Others come meanwhile. */
export async function onMessage(instance: Instance, message: Message): Promise<void> {
  if (!message.content.startsWith(PREFIX)) return;
  const [member, rank, ...more] = message.content.slice(PREFIX.length).split(/\s+/);
  if (!member || !rank || more.length > 0) {
    await message.reply("Say !promote, the Discord id of a member, and the rank.");
  } else {
    await message.reply(await promote(instance, member, rank));
  }
}

/** Gives the rank to the member; says what came of it. */
export async function promote({ cms }: Instance, member: string, rank: string): Promise<string> {
  const found = await cms.resolveDiscordAccountV2(member, { deadline: 10_000 });
  // Nobody has this id, or the service is down: the reason says which.
  if (!found.success) return `Not promoted: ${found.reason}`;
  const { accId, accName } = found.data;
  if (!accId) return "Not promoted: the service names no account.";
  const changed = await cms.setAccountRanksV2(accId, { accId, add: [rank] });
  if (changed.success) return `${accName} has the rank ${rank} now.`;
  if (changed.error.outcomeUnknown) {
    return "The service did not answer: see whether the rank is there before you try again.";
  }
  return `Not promoted: ${changed.reason}`;
}

async function main(): Promise<void> {
  const { SONORAN_API_KEY: apiKey = "", SONORAN_COMMUNITY_ID: communityId = "" } = process.env;
  const instance = Sonoran.instance({ apiKey, communityId });
  // What would be `new Client({ intents })`.
  const client = new EventEmitter();
  client.on("messageCreate", (message: Message) => void onMessage(instance, message).catch(console.error));
  for await (const content of createInterface({ input: process.stdin })) {
    client.emit("messageCreate", { content, reply: async (text: string) => console.log(text) });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
