// Pure: addresses of the WebSocket dialects.

const SCHEMES = { 'ws:': 'ws:', 'wss:': 'wss:', 'http:': 'ws:', 'https:': 'wss:' };

/** A URL with a WebSocket scheme, made from one that may have http, or be relative to the page. */
export function webSocketUrl(url) {
  const parsed = new URL(url, globalThis.location?.href);
  const scheme = SCHEMES[parsed.protocol];
  if (scheme === undefined) {
    throw new SyntaxError(`the URL begins with ${parsed.protocol}; expected ws: or wss:`);
  }
  parsed.protocol = scheme;
  parsed.hash = '';
  return parsed;
}

/** The health page beside a WebSocket address. */
export function healthUrl(url, path) {
  const health = new URL(path, url);
  health.protocol = url.protocol === 'wss:' ? 'https:' : 'http:';
  return health;
}

/** Adds what the server reads from the query. Browsers cannot set headers, so the token too. */
export function withQuery(url, { resume, token, canSetHeaders }) {
  if (resume) {
    url.searchParams.set('resume', '1');
  }
  if (token !== undefined && !canSetHeaders) {
    url.searchParams.set('token', token);
  }
  return url;
}

export function bearer({ token, canSetHeaders }) {
  return token !== undefined && canSetHeaders ? { Authorization: `Bearer ${token}` } : {};
}
