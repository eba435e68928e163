// Pure: the figures that are seen from outside (client.md, "Seen from outside").

import { utf8Length } from './utf8.js';

const MINUTE_MILLIS = 60_000;
/** Reconnects that are remembered for the rate; a client that does more is at the limit anyway. */
const MAX_REMEMBERED = 1_000;

export class Metrics {
  #reconnects = [];
  connectedSinceMillis;
  lastCloseCode;
  rttMillis;
  messagesSent = 0;
  messagesReceived = 0;
  /** Of messages, texts in UTF-8: not what framing and compression make of them. */
  bytesSent = 0;
  bytesReceived = 0;
  reconnects = 0;
  gaps = 0;
  dropped = 0;

  /** There is a connection, the first one or another. */
  connected(nowMillis, reconnected) {
    this.connectedSinceMillis = nowMillis;
    if (reconnected) {
      this.#reconnected(nowMillis);
    }
  }

  #reconnected(nowMillis) {
    this.reconnects++;
    this.#reconnects.push(nowMillis);
    if (this.#reconnects.length > MAX_REMEMBERED) {
      this.#reconnects.shift();
    }
  }

  sent(data) {
    this.messagesSent++;
    this.bytesSent += sizeOf(data);
  }

  received(data) {
    this.messagesReceived++;
    this.bytesReceived += sizeOf(data);
  }

  snapshot(nowMillis, more) {
    const since = this.connectedSinceMillis;
    return {
      uptimeMillis: since === undefined ? 0 : nowMillis - since,
      reconnects: this.reconnects,
      reconnectsPerMinute: this.#reconnects.filter((at) => nowMillis - at < MINUTE_MILLIS).length,
      lastCloseCode: this.lastCloseCode,
      rttMillis: this.rttMillis,
      messagesSent: this.messagesSent,
      messagesReceived: this.messagesReceived,
      bytesSent: this.bytesSent,
      bytesReceived: this.bytesReceived,
      gaps: this.gaps,
      dropped: this.dropped,
      ...more,
    };
  }
}

/** Bytes of a message. */
export function sizeOf(data) {
  return typeof data === 'string' ? utf8Length(data) : data.byteLength ?? data.size;
}
