// The test vectors that all client libraries share; they live in the repository, not the package.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const directory = process.env.TEST_VECTORS
  ?? fileURLToPath(new URL('../../../../conformance/vectors', import.meta.url));

/** The vectors of one file, or undefined, said in one line, where they are not at hand. */
export function vectors(name) {
  const file = `${directory}/${name}.json`;
  if (!existsSync(file)) {
    console.log(`vectors ${name} not run: conformance/vectors is not beside this package`);
    return undefined;
  }
  return JSON.parse(readFileSync(file, 'utf8')).vectors;
}

/** The policy of a vector in the words of this client. */
export function policyOf({ preset, jitter, max_attempts: maxAttempts,
  server_shutdown_retry_delay_ms: tryAgainLaterMillis }, presets) {
  const own = { jitter, maxAttempts, tryAgainLaterMillis };
  return {
    ...presets[preset],
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
  };
}

/** An ending as the error that this client makes of it. */
export function troubleOf({ kind, code, reason, status, retry_after_ms: retryAfterMillis }) {
  return { kind, code, reason, status, retryAfterMillis };
}

export function adviceOf({ after_ms: afterMillis, host, port, home } = {}) {
  const elsewhere = home ? null : undefined;
  return { afterMillis, target: host === undefined ? elsewhere : { host, port } };
}
