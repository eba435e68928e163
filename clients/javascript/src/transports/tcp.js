// TCP or TLS for the bot dialect; Node only. The same interface as the WebSocket transports.

import net from 'node:net';
import tls from 'node:tls';
import { HoldfastError, platformError, senselessError } from '../errors.js';
import { encodeLengthPrefixed, encodeLine, StreamDecoder } from './framing.js';
import { getWith } from './node-get.js';

/** dialect-bot.md, "Socket options". */
const KEEP_ALIVE_MILLIS = 30_000;
const DEFAULT_PORT = 9_000;

/** @param options `tls`: options for node:tls (ca, cert, key, …); `maxMessageBytes` */
export function tcpTransport({ tls: tlsOptions = {}, maxMessageBytes } = {}) {
  return {
    fetch: getWith(tlsOptions),
    open({ url }, handlers) {
      const { protocol, hostname, port } = new URL(url);
      const host = hostname.replace(/^\[|\]$/g, '');
      const address = { host, port: Number(port) || DEFAULT_PORT };
      const secure = protocol === 'tls:';
      const socket = secure
        ? tls.connect({ servername: net.isIP(host) ? '' : host, ...tlsOptions, ...address })
        : net.connect(address);
      const connection = new TcpConnection(socket, handlers, maxMessageBytes);
      handlers.attach(connection);
      socket.once(secure ? 'secureConnect' : 'connect', () => connection.opened());
    },
  };
}

class TcpConnection {
  #socket;
  #handlers;
  #decoder;
  #opened = false;
  #over = false;
  #closing;
  #frames;
  #error;

  constructor(socket, handlers, maxMessageBytes) {
    this.#socket = socket;
    this.#handlers = handlers;
    this.#decoder = new StreamDecoder(maxMessageBytes);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MILLIS);
    socket.on('data', (chunk) => this.#bytes(chunk));
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('close', () => this.#closed());
  }

  get bufferedAmount() {
    return this.#socket.writableLength;
  }

  opened() {
    this.#opened = true;
    this.#handlers.opened({ protocol: '', extensions: '' });
  }

  /**
   * From here on both sides speak length-prefixed frames. Call it inside the handler of the
   * message that agreed to it: what follows in the same bytes are frames already.
   */
  useFrames({ gzip }) {
    this.#frames = { gzip };
    this.#decoder.useLengthPrefixes();
  }

  #bytes(chunk) {
    if (this.#over) {
      return;
    }
    this.#handlers.activity();
    try {
      this.#decoder.push(chunk);
      let text = this.#decoder.next();
      while (text !== undefined && !this.#over) {
        this.#handlers.received(text);
        text = this.#over ? undefined : this.#decoder.next();
      }
    } catch (error) {
      // The owner refuses it.
      this.#end({ code: 1006, reason: '', wasClean: false, error: senselessError(error) });
    }
  }

  send(text) {
    if (typeof text !== 'string') {
      throw new HoldfastError('protocol', 'the bot dialect has texts only, no binary messages');
    }
    if (!this.#over && this.#closing === undefined) {
      this.#socket.write(this.#frames
        ? encodeLengthPrefixed(text, this.#frames) : encodeLine(text));
    }
  }

  /** Half-closes: what was written still arrives, and the peer ends its side. */
  close(code, reason) {
    this.#closing ??= { code, reason };
    this.#socket.end();
  }

  /** TCP has no words for why; what was written still arrives. abort() ends the waiting. */
  refuse() {
    this.#over = true;
    this.#socket.end();
  }

  abort() {
    this.#over = true;
    this.#socket.destroy();
  }

  #closed() {
    const error = this.#error && !this.#opened ? platformError(this.#error) : undefined;
    if (this.#closing && !this.#error) {
      this.#end({ ...this.#closing, wasClean: true });
    } else {
      // Whoever knows the dialect may know better than "abnormal".
      this.#end({ code: 1006, reason: this.#error?.code ?? '', wasClean: !this.#error, error });
    }
  }

  #end(end) {
    if (!this.#over) {
      this.#over = true;
      this.#handlers.ended(end);
    }
  }
}
