// A receiver of push events: node events.js PORT
//
// SONORAN_API_KEY and SONORAN_COMMUNITY_ID name the community; SONORAN_CMS_API_URL, where it is set, the
// address of the API. The service sends events to the address entered in the community's panel under
// Advanced, API Integration.

const { createServer } = require("node:http");
const Sonoran = require("sonoran.js");

const port = Number(process.argv[2] ?? 3000);
const key = process.env.SONORAN_API_KEY;
const instance = Sonoran.instance({ apiKey: key, communityId: process.env.SONORAN_COMMUNITY_ID });

// Events come unsigned and by plain http: what one says is looked up again before anything is done.
async function lookUp({ type, accountId }) {
  if (accountId === null) return console.log(`${type} without an account`);
  const response = await instance.cms.getAccountV2(accountId);
  const found = response.success ? `is now ${response.data.accName}` : response.reason;
  console.log(`${type} ${accountId} ${found}`);
}

const receiver = new Sonoran.EventReceiver({
  key,
  handlers: { ACCOUNT_UPDATED: lookUp, ACCOUNT_KICKED: lookUp, ACCOUNT_BANNED: lookUp },
  onUnknown: (event) => console.log(`${event.type} is not known`),
  onError: (error, event) => console.error(`${event.type} failed:`, error),
});

// Not reachable from outside: a proxy with TLS belongs in front of it.
const server = createServer(receiver.handler).listen(port, "127.0.0.1", () => {
  console.log(`ready http://127.0.0.1:${server.address().port}/sonorancms/events`);
});

// What was taken is still handled before the process ends.
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
    receiver.close();
  });
}
