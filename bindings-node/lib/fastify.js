"use strict";

// HEAD comes with GET.
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** A plugin of Fastify with one route; other routes keep their parsers. Fastify's close is done when `close` is. */
function fastifyPlugin(intake, path, close) {
  return async function sonoranEvents(fastify) {
    fastify.addHook("onClose", async () => close());
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    // Fastify refuses a type that it can't read before it asks any parser.
    fastify.addHook("onRequest", async ({ raw }) => void delete raw.headers["content-type"]);
    fastify.route({ method: METHODS, url: path, handler: (request, reply) => send(intake, request, reply) });
  };
}

async function send(intake, request, reply) {
  const answer = await intake.answer(request.raw, request.body ?? request.raw);
  if (answer === null) return reply.hijack();
  return reply.code(answer.status).headers(answer.headers).send(answer.text);
}

module.exports = { fastifyPlugin };
