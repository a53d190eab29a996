"use strict";

/** What the core reads of the environment, in capitals; the proxies' names are mostly written small. */
const NAMES = new Set([
  "SONORAN_CMS_API_URL",
  "SONORAN_ALLOW_PLAIN_HTTP",
  "SONORAN_SHARE_LIMITS",
  "SONORAN_SHARE_LIMITS_FOLDER",
  "SONORAN_SHARE_LIMITS_FALLBACK",
  "SONORAN_SHARE_LIMITS_MEMBERS",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "NO_PROXY",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
]);

/**
 * The variables as JavaScript sees them at this moment. In a worker thread, and in a sandbox such as Jest's,
 * `process.env` is a copy, and what a program or a test sets there never reaches the process's own.
 */
function readEnvironment() {
  const entries = Object.entries(process.env).filter(([name]) => NAMES.has(name.toUpperCase()));
  // A sandbox's copy may hold anything; Node's own holds texts alone.
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]));
}

module.exports = { readEnvironment };
