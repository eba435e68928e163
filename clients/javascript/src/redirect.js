// Pure: the addresses that hold once a server has sent the client to another, `{host, port}`.

const DEFAULT_PORTS = { 'ws:': '80', 'http:': '80', 'wss:': '443', 'https:': '443', 'tcp:': '9000',
  'tls:': '9000' };

/** Where to connect. */
export function redirected(url, { host, port }) {
  const moved = new URL(url);
  moved.host = `${hostIn(host)}:${port}`;
  return moved;
}

/**
 * Where to ask for the health of the server at `target`. A page on the port of the connections
 * goes along with it; one on another port, that of operations say, is on that port there, too; and
 * one of another host was never the server's own.
 *
 * @param url of the health page of the server at `configured`
 */
export function healthAt(url, configured, target) {
  const health = new URL(url, globalThis.location?.href);
  const from = new URL(configured);
  if (health.hostname !== from.hostname) {
    return health;
  }
  const samePort = portOf(health) === portOf(from);
  health.hostname = hostIn(target.host);
  if (samePort) {
    health.port = target.port;
  }
  return health;
}

function hostIn(host) {
  return host.includes(':') ? `[${host}]` : host;
}

export function portOf({ port, protocol }) {
  return port || DEFAULT_PORTS[protocol];
}
