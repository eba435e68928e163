// Pure: the deepstream dialect (docs/PROTOCOL.md, "Dialect deepstream").

import { HoldfastError } from '../errors.js';
import { readObject } from './json.js';
import { bearer, healthUrl, webSocketUrl } from './websocket-address.js';

const REQUESTS = new Set(['event', 'command_result', 'app_terminated']);

export const deepstream = Object.freeze({
  name: 'deepstream',
  preset: 'deepstream',
  home: undefined,
  /** Its servers may ask an application to terminate. */
  canTerminate: true,
  /** What the option clientId, which is needed here, is on the wire. */
  clientIdField: 'instance_id',

  target(url, context) {
    const address = webSocketUrl(url);
    if (address.pathname === '/') {
      address.pathname = '/deepstream/ws';
    }
    if (context.resume) {
      address.searchParams.set('resume', '1');
    }
    return { url: address, headers: bearer(context) };
  },

  health: (url) => healthUrl(webSocketUrl(url), '/deepstream/health'),

  /** Where no header can be set the token goes into a message: URLs end up in logs. */
  hello(context, session) {
    const { clientId, config, reconnection, lastCloseCode, token, canSetHeaders } = context;
    const auth = token !== undefined && !canSetHeaders ? [{ type: 'auth', token }] : [];
    return [...auth, {
      type: 'app_ready',
      instance_id: clientId,
      reconnection,
      last_close_code: lastCloseCode ?? 0,
      ...(config === undefined ? {} : { config }),
      ...(context.resume ? session.helloFields() : {}),
    }];
  },

  request(kind, fields, id) {
    if (!REQUESTS.has(kind)) {
      throw new HoldfastError('rejected', `the deepstream dialect has no "${kind}"`,
        { code: 'bad_message' });
    }
    return { type: kind, ...fields, ...(id === undefined ? {} : { id }) };
  },

  ping: () => ({ type: 'ping' }),
  pong: () => ({ type: 'pong' }),

  read(text) {
    const message = readObject(text);
    return message.type === 'ready_ack' ? { ...message, type: 'welcome' } : message;
  },
});
