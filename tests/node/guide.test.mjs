// docs/node.md: its programs, each of which goes on where the one before it ended, as a reader does; and the spans that
// come of its recipe for OpenTelemetry.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, afterEach, beforeEach } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { useWorld } from "sonoran.js/testing";
import { needed } from "./support.mjs";

const world = useWorld({ after, afterEach, beforeEach });
const page = readFileSync(join(needed("SONORAN_ROOT"), "docs/node.md"), "utf8");
const programs = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
// It stands alone.
const recipe = programs.find((code) => code.includes("@opentelemetry/api"));
const blocks = programs.filter((code) => code !== recipe);

/** Runs a module beside the packages that the page's programs need; gives what it prints. */
async function run(context, code) {
  const beside = fileURLToPath(new URL("frameworks/programs", import.meta.url));
  mkdirSync(beside, { recursive: true });
  const folder = mkdtempSync(join(beside, "guide-"));
  context.after(() => rmSync(folder, { recursive: true }));
  // The page has the key of the examples in it.
  const { url, key, communityId } = world();
  writeFileSync(join(folder, "main.mjs"), code.replaceAll("YOUR_API_KEY", key).replaceAll("YOUR_COMMUNITY_ID", communityId));
  const env = { ...process.env, SONORAN_CMS_API_URL: url };
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "main.mjs")], { env, timeout: 60_000 });
  return stdout;
}

test("the programs of docs/node.md run, and end", async (context) => {
  assert.ok(blocks.length >= 8);
  const ending = `
    if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address();
    for (const id of ["nobody", everybody[0].accId]) {
      const answer = await fetch("http://127.0.0.1:" + port + "/members/" + id);
      console.log(answer.status, await answer.text());
    }
    server.close();
    server.closeAllConnections();
    instance.close();`;
  const printed = await run(context, [...blocks, ending].join("\n"));
  assert.match(printed, /^Example Community\n/);
  assert.match(printed, /\nAbortError\n/);
  assert.match(printed, /\{"operation":"getAccountV2","number":1,"status":200,/);
  assert.match(printed, /\n422 "accountId must be a UUID/);
  assert.match(printed, /\n200 "ExampleAccount"\n$/);
  const statuses = new Set((await world().journal({ outcome: "answered" })).map(({ status }) => status));
  assert.deepEqual([...statuses], [200]);
});

test("the recipe makes a span for each call, and one for each of its attempts below it", async (context) => {
  await world().fault({ operation: "getCommunityV2", action: { type: "respond", status: 503 } });
  const printed = await run(
    context,
    `
      import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
      import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
      import Sonoran from "sonoran.js";
      ${recipe}
      const exporter = new InMemorySpanExporter();
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
      const { cms } = Sonoran.instance({ apiKey: "YOUR_API_KEY", communityId: "YOUR_COMMUNITY_ID" });
      await tracer.startActiveSpan("request", async (span) => {
        await Promise.all([cms.getCommunityV2(), cms.getAccountV2("99999999-9999-9999-9999-999999999999")]);
        span.end();
      });
      await cms.getAccountV2("no-uuid").catch(() => {});
      const left = new AbortController();
      left.abort(null);
      await cms.getDepartmentsV2(left.signal).catch(() => {});
      const told = exporter.getFinishedSpans().map((span) => ({
        name: span.name,
        id: span.spanContext().spanId,
        parent: span.parentSpanContext?.spanId,
        status: span.attributes["http.response.status_code"],
        failed: span.status.code === SpanStatusCode.ERROR,
      }));
      console.log(JSON.stringify(told));`,
  );
  const told = JSON.parse(printed);
  const named = (id) => told.find((span) => span.id === id)?.name;
  const shown = told.map(({ name, parent, status, failed }) => [name, named(parent), status, failed].join(" "));
  assert.deepEqual(shown.sort(), [
    "getAccountV2   true",
    "getAccountV2 attempt getAccountV2 404 true",
    "getAccountV2 request  true",
    "getCommunityV2 attempt getCommunityV2 200 false",
    "getCommunityV2 attempt getCommunityV2 503 true",
    "getCommunityV2 request  false",
    "getDepartmentsV2   false",
    "request   false",
  ]);
});
