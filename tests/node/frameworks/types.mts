// Receivers fit where the types of Node, Express and Fastify want a listener, a handler and a plugin.

import { createServer } from "node:http";
import express from "express";
import Fastify from "fastify";
import Sonoran, { EventReceiver } from "sonoran.js";

const receiver = new EventReceiver({ key: "YOUR_API_KEY" });
createServer(receiver.handler).on("request", receiver.handler);

const app = express();
app.post("/sonorancms/events", receiver.handler);
app.use(express.json(), receiver.handler);
express.Router().all("/sonorancms/events", express.raw({ type: "*/*" }), receiver.handler);

await Fastify().register(receiver.fastify);
await Fastify({ logger: true }).register(receiver.fastify, { prefix: "/hooks" });

Sonoran.parseEvent(Buffer.from("{}"), "YOUR_API_KEY");
await receiver.close();
