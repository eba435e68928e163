// Pure: what a client does after each close code (lifecycle.md "Close codes", client.md).

/** Below this a code is one of the protocol's own; from here on they are Holdfast's. */
const OWN_CODES = 4_000;
/** 4000 to 4499 come back, 4500 to 4999 do not unless something has changed. */
const OWN_FINAL_CODES = 4_500;
const SECOND_MILLIS = 1_000;

/** 4101: a client that reads too slowly would only be thrown out again; keep its backoff. */
export const SLOW_CONSUMER = 4_101;
/** 4102: the reason is the address to go to, `host:port`. */
export const MIGRATED = 4_102;
/** 4500: a newer connection of the same client. */
export const REPLACED = 4_500;
/** 4501: with a fresh token it is worth another try. */
export const TOKEN_EXPIRED = 4_501;

/** Why a client stays away, by code. */
const FINAL = {
  1000: 'finished', 1003: 'not_unchanged', 1007: 'not_unchanged', 1008: 'unauthorised',
  1009: 'not_unchanged', 4500: 'replaced', 4501: 'token_expired', 4502: 'closed_by_operator',
};
const NAMES = {
  1000: 'normal', 1001: 'going away', 1002: 'protocol error', 1003: 'unsupported data',
  1005: 'no status', 1006: 'abnormal', 1007: 'invalid data', 1008: 'policy violation',
  1009: 'message too big', 1011: 'server error', 1012: 'service restart', 1013: 'try again later',
  4100: 'ping timeout', 4101: 'slow consumer', 4102: 'migrated', 4500: 'replaced',
  4501: 'token expired', 4502: 'closed by the operator',
};

export function closeCodeName(code) {
  return NAMES[code] ?? (code >= OWN_CODES ? 'application' : 'unknown');
}

/** Why a client that was closed with this code must not come back; undefined: it may. */
export function finalCause(code) {
  const own = code >= OWN_FINAL_CODES && code <= 4_999;
  return FINAL[code] ?? (own ? 'told_to_stay_away' : undefined);
}

/** A server that says "wait" is not a failure: these do not count towards the attempts. */
export function isServerWaiting(code) {
  return code === 1001 || code === 1012 || code === 1013;
}

/**
 * Reads the address in the reason of 4102; IPv6 stands in brackets there, and without them in the
 * result. Undefined if it is none.
 */
export function migrationTarget(reason) {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(reason ?? '');
  return match ? address(match[1] ?? match[2], Number(match[3])) : undefined;
}

/** A wait in seconds that came from the server, in milliseconds, or undefined if it is none. */
export function waitFrom(seconds) {
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * SECOND_MILLIS : undefined;
}

/** A host and port that came from the server, or undefined if they are none. */
export function address(host, port) {
  const valid = typeof host === 'string' && /^[A-Za-z0-9._:-]{1,255}$/.test(host)
    && Number.isInteger(port) && port >= 1 && port <= 65_535;
  return valid ? { host, port } : undefined;
}
