// Pure: the bot dialect, one JSON object a line (or frame) over TCP: {"event":…,"data":{…}}.
// Translates to and from the words of the rooms dialect.

import { HoldfastError } from '../errors.js';
import { readObject } from './json.js';

/** What stands beside `event`; all the rest is in `data`. */
const BESIDE = ['id', 'room', 'stream', 'seq', 'from', 'to', 'timestamp'];
const SCHEMES = new Set(['tcp:', 'tls:']);
const REQUESTS = new Set(['message', 'direct', 'join', 'leave', 'who']);

/** TCP has no close codes; the error before the end stands for one. */
const CLOSE_CODES = {
  protocol_error: 1002, bad_message: 1003, invalid_utf8: 1007, unauthorized: 1008,
  too_large: 1009, internal_error: 1011, overloaded: 1013, too_many_connections: 1013,
  too_many_new_connections: 1013, blocked: 1013, timeout: 4100, slow_consumer: 4101,
  replaced: 4500, token_expired: 4501, closed_by_operator: 4502,
};

export const bot = Object.freeze({
  name: 'bot',
  preset: 'bot',
  home: 'bot',
  /** What the option clientId, which is needed here, is on the wire. */
  clientIdField: 'client_key',

  target(url) {
    const address = new URL(url);
    if (!SCHEMES.has(address.protocol)) {
      throw new SyntaxError(`the URL begins with ${address.protocol}; expected tcp: or tls:`);
    }
    return { url: address, headers: {} };
  },

  /** There is no page for it on this port. */
  health: () => undefined,

  hello({ clientId, token, features, presence, resume }, session) {
    const others = features.filter((feature) => feature !== 'resume');
    const data = {
      client_key: clientId,
      ...(token === undefined ? {} : { token }),
      features: resume ? [...others, 'resume'] : others,
      ...(presence ? { presence } : {}),
      ...(resume ? session.helloFields() : {}),
    };
    return [{ event: 'hello', data }];
  },

  request(kind, fields, id) {
    if (kind === 'command_result') {
      return { event: kind, data: fields };
    }
    if (!REQUESTS.has(kind)) {
      throw new HoldfastError('rejected', `the bot dialect has no "${kind}"`,
        { code: 'bad_message' });
    }
    const { room, to, data, ...rest } = fields;
    const hasRest = Object.keys(rest).length > 0;
    return {
      event: kind,
      ...(id === undefined ? {} : { id }),
      ...(room === undefined ? {} : { room }),
      ...(to === undefined ? {} : { to }),
      ...(data !== undefined ? { data } : hasRest ? { data: rest } : {}),
    };
  },

  reauth: (fields) => ({ event: 'reauth', data: fields }),

  ping: (id) => ({ event: 'ping', data: { id } }),
  /** Both values go back as they came. */
  pong: ({ id, server_timestamp }) => ({ event: 'pong', data: { id, server_timestamp } }),

  /**
   * The close code that an `error` stands for, if the connection ends after it.
   *
   * @param answered whether hello was: after that a bad message is the matter of one request
   */
  closeCode: ({ code }, answered) => (
    code === 'bad_message' && answered ? undefined : CLOSE_CODES[code]),

  read(text) {
    const wire = readObject(text);
    const message = {};
    for (const name of BESIDE) {
      if (wire[name] !== undefined) {
        message[name] = wire[name];
      }
    }
    if (wire.event === 'message') {
      const type = wire.room === undefined ? 'direct' : 'message';
      return { type, ...message, data: wire.data };
    }
    return { ...wire.data, ...message, type: typeOf(wire) };
  },
});

function typeOf({ event, data }) {
  switch (event) {
    case 'welcome':
      return data?.session_restored === undefined ? 'welcome' : 'reconnection_ack';
    case 'serverShutdown':
      return 'shutdown_warning';
    case 'serverMigration':
      return 'server_migration';
    default:
      return String(event);
  }
}
