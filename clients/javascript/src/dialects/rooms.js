// Pure: the rooms dialect (docs/PROTOCOL.md, "Dialect rooms"). Its words are the ones that the
// client works with; the other dialects translate into them.
//
// A dialect says where to connect (target), what to say first (hello), how a request is written,
// and what an incoming text means (read).

import { readObject } from './json.js';
import { bearer, healthUrl, webSocketUrl, withQuery } from './websocket-address.js';

export const rooms = Object.freeze({
  name: 'rooms',
  preset: 'browser',
  /** The room of everyone who joined no other. */
  home: 'lobby',

  target(url, context) {
    const address = webSocketUrl(url);
    const id = context.clientId;
    if (address.pathname === '/' || address.pathname === '/ws' || address.pathname === '/ws/') {
      address.pathname = id === undefined ? '/ws' : `/ws/${encodeURIComponent(id)}`;
    } else if (id !== undefined) {
      throw new SyntaxError(`the URL has the path ${address.pathname} and there is a clientId; `
        + 'leave one of them out');
    }
    return { url: withQuery(address, context), headers: bearer(context) };
  },

  health: (url) => healthUrl(webSocketUrl(url), '/health'),

  /** Without resume there is none: the server speaks first. */
  hello({ resume, presence }, session) {
    return resume
      ? [{ type: 'hello', ...session.helloFields(), ...(presence ? { presence } : {}) }] : [];
  },

  request: (kind, fields, id) => ({ type: kind, ...fields, ...(id === undefined ? {} : { id }) }),

  ping: () => ({ type: 'ping' }),
  pong: () => undefined,

  read: readObject,
});
