// Pure: the one error type. Every failure is turned into it at the edge where it happens. The kinds
// are the same in every language: conformance/vectors/names.json.

/**
 * What went wrong. `kind` says which kind of failure. Of a connection:
 *
 * - `refused`: nobody listens there.
 * - `unreachable`: there is no way to the other side: no network, no route, no such name.
 * - `timeout`: something took longer than its limit.
 * - `silence`: the connection looked open, and nothing came for too long.
 * - `tls`: the certificate or the TLS handshake is wrong.
 * - `handshake`: the answer was no WebSocket handshake; `status` is the HTTP status, if any.
 * - `closed`: the connection ended; `code` and `reason` as in the close frame.
 * - `protocol`: the peer broke a rule of its protocol.
 * - `unauthorised`: the credentials are not good (HTTP 401 and 403, close 1008 and 4501), or the
 *   application's function gave none.
 * - `server_not_ready`: its health says so, or does not answer.
 * - `left`: the server asked to leave, and the client did.
 *
 * Of a message:
 *
 * - `rejected`: the server refused it, or would; see `code`.
 * - `not_sent`: there was no connection (in time), or the client was closed before.
 * - `queue_full`: a bounded queue has no place; nothing was sent.
 * - `outcome_unknown`: it was sent, and nobody can tell whether it was published.
 */
export class HoldfastError extends Error {
  constructor(kind, message, details = {}) {
    const { cause, ...fields } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HoldfastError';
    this.kind = kind;
    Object.assign(this, fields);
  }
}

/** Close codes that say that the credentials are not good: policy violation, token expired. */
const CREDENTIALS_CODES = new Set([1008, 4501]);

export function closedError(code, reason) {
  const words = reason ? `${code} ${reason}` : String(code);
  const kind = CREDENTIALS_CODES.has(code) ? 'unauthorised' : 'closed';
  return new HoldfastError(kind, `the connection was closed: ${words}`, { code, reason });
}

/** Whether there was a connection that was closed, whatever the code. */
export function wasClosed({ kind, code }) {
  return kind === 'closed' || (kind === 'unauthorised' && CREDENTIALS_CODES.has(code));
}

/** The `code` of an error that says that the application's function gave no token. */
const NO_TOKEN = 'no_token';

export function noTokenError(why, cause) {
  return new HoldfastError('unauthorised', why, { code: NO_TOKEN, cause });
}

/** An error as reconnect.js wants it: there it counts what happened, not what it means. */
export function endingOf(error) {
  const { kind, code, reason, status, retryAfterMillis } = error;
  if (code === NO_TOKEN) {
    return { kind: NO_TOKEN }; // The next try asks for one again.
  }
  return { kind: wasClosed(error) ? 'closed' : kind, code, reason, status, retryAfterMillis };
}

/** What ended the last of as many tries as the policy has. */
export function exhaustedError(cause, tries) {
  const { kind, message, code, reason, status } = cause;
  const details = { code, reason, status, cause };
  return new HoldfastError(kind, `gave up after ${tries} tries: ${message}`,
    Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)));
}

const TLS_CODES = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/;
const HTTP_PARSER_CODE = /^HPE_/;
const UNREACHABLE_CODES = new Set(
  ['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EHOSTDOWN']);

/** Turns an error of the platform (sockets, TLS, HTTP parser) into ours. */
export function platformError(error) {
  if (error instanceof HoldfastError) {
    return error;
  }
  const code = error?.code ?? error?.errors?.[0]?.code ?? '';
  const details = { cause: error, code };
  if (TLS_CODES.test(code)) {
    return new HoldfastError('tls', `TLS failed: ${error.message}`, details);
  }
  if (HTTP_PARSER_CODE.test(code)) {
    return new HoldfastError('handshake', 'the answer to the handshake is not HTTP', details);
  }
  if (code === 'ETIMEDOUT') {
    return new HoldfastError('timeout', 'the network timed out', details);
  }
  if (UNREACHABLE_CODES.has(code)) {
    return new HoldfastError('unreachable', `no way to the server: ${error.message}`, details);
  }
  const what = error?.message || code || 'no connection';
  return new HoldfastError('refused', `cannot connect: ${what}`, details);
}

/** What a server sent broke something here: it may be of any shape, and has to make sense. */
export function senselessError(error) {
  return error instanceof HoldfastError ? error : new HoldfastError('protocol',
    `what the server sent makes no sense: ${error.message}`, { cause: error });
}

/** A handshake that was answered with something else than 101. */
export function statusError(status, retryAfterMillis) {
  const details = { status, retryAfterMillis };
  if (status === 401 || status === 403) {
    return new HoldfastError('unauthorised', `the server answered ${status}`, details);
  }
  const why = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  return new HoldfastError('handshake', `the server answered ${status}${why}`, details);
}

/**
 * Reads `Retry-After`: seconds, or an HTTP date (RFC 9110, section 10.2.3). Undefined when it is
 * absent or makes no sense.
 */
export function retryAfterMillis(header, nowMillis) {
  if (header === undefined || header === null) {
    return undefined;
  }
  const text = String(header).trim();
  if (/^\d{1,9}$/.test(text)) {
    return Number(text) * 1_000;
  }
  const date = Date.parse(text);
  return /^[A-Za-z]/.test(text) && Number.isFinite(date)
    ? Math.max(0, date - nowMillis) : undefined;
}
