// Push events and set-up events in a TypeScript project without the types of Node.

import Sonoran, { EventError, EventReceiver, parseEvent } from "sonoran.js";
import type { AccountBanned, AccountKickedEvent, EventHandlers, KnownEvent, SonoranEvent } from "sonoran.js";

const event: SonoranEvent = parseEvent(new Uint8Array(), ["OLD_KEY", "YOUR_API_KEY"] as const);

if (event.known) {
  switch (event.type) {
    case "ACCOUNT_UPDATED": {
      const name: string | null | undefined = event.data.accName;
      console.log(name);
      break;
    }
    case "ACCOUNT_KICKED": {
      const kicked: AccountKickedEvent = event;
      console.log(kicked.data.discordId);
      break;
    }
    case "ACCOUNT_BANNED": {
      const data: AccountBanned = event.data;
      console.log(data.accountId);
      break;
    }
    default: {
      const none: never = event;
      console.log(none);
    }
  }
} else {
  const data: unknown = event.data;
  const type: string = event.type;
  console.log(data, type);
}
const account: string | null = event.accountId;
const known = (other: KnownEvent): "ACCOUNT_UPDATED" | "ACCOUNT_KICKED" | "ACCOUNT_BANNED" => other.type;
console.log(account, known);

try {
  parseEvent("", "YOUR_API_KEY");
} catch (error) {
  if (error instanceof EventError) {
    const kind: "auth" | "tooLarge" | "malformed" = error.kind;
    const status: 400 | 401 | 413 = error.status;
    console.log(kind, status, error.reason, error.message);
  }
}

const handlers: EventHandlers = {
  ACCOUNT_KICKED: (kicked) => kicked.data.discordId?.length,
  async ACCOUNT_UPDATED({ type, data }) {
    const updated: "ACCOUNT_UPDATED" = type;
    await Promise.resolve([updated, data.secondaryRanks?.[0]]);
  },
};
const receiver = new EventReceiver({
  key: "YOUR_API_KEY",
  handlers,
  onUnknown: ({ type, known }) => console.log(type satisfies string, known satisfies false),
  onError: (error: unknown, { accountId }) => console.error(error, accountId),
  maxQueue: 5,
  bodyTimeout: 1_000,
  path: undefined,
});
const closed: Promise<void> = receiver.close();
await closed;

const instance = Sonoran.instance({ apiKey: "x", communityId: "y" });
instance
  .on("CMS_SETUP_SUCCESSFUL", () => {})
  .once("CMS_SETUP_UNSUCCESSFUL", (error) => console.error(error.kind, error.reason))
  .off("CMS_SETUP_SUCCESSFUL", () => {});

// @ts-expect-error A key is needed.
new EventReceiver({ handlers });
// @ts-expect-error There is no such event.
new EventReceiver({ key: "x", handlers: { ACCOUNT_KIKED() {} } });
// @ts-expect-error An option that does not exist.
new EventReceiver({ key: "x", handler() {} });
// @ts-expect-error The data of another event.
const wrong: EventHandlers = { ACCOUNT_KICKED: ({ data }: { data: { accName: 5 } }) => data };
// @ts-expect-error An event that may be unknown has no documented data.
parseEvent("", "x").data.accId;
// @ts-expect-error A body is text or bytes.
parseEvent({}, "x");
// @ts-expect-error There is no such set-up event.
instance.on("CMS_READY", () => {});
// @ts-expect-error The client does not make refusals.
new EventError();
console.log(wrong);
