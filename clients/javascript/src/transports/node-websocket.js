// WebSocket over node:http and node:tls. Used in Node instead of a global WebSocket: here the HTTP
// status, Retry-After and the server's pings can be seen, and headers can be set.

import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { CLOGGED_ABOVE_BYTES } from '../connection.js';
import {
  HoldfastError, platformError, retryAfterMillis, senselessError, statusError,
} from '../errors.js';
import { closePayload, encodeFrame, FrameDecoder, OPCODE } from './frames.js';
import { getWith } from './node-get.js';

/** RFC 6455, section 5.5: what a close frame has room for behind its code. */
const MAX_REASON_BYTES = 123;
/** RFC 6455, section 1.3. */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * @param options `tls`: options for node:tls (ca, cert, key, …); `maxMessageBytes`
 */
export function nodeWebSocketTransport({ tls = {}, maxMessageBytes } = {}) {
  return {
    canSetHeaders: true,
    fetch: getWith(tls),
    open({ url, protocols = [], headers = {} }, handlers) {
      const { hostname, port, pathname, search, protocol, username, password } = new URL(url);
      const secure = protocol === 'wss:' || protocol === 'https:';
      const key = randomBytes(16).toString('base64');
      const offered = [protocols].flat();
      const request = (secure ? https : http).request({
        ...(secure ? tls : {}),
        // IPv6 addresses stand in brackets in a URL, and without them everywhere else.
        host: hostname.replace(/^\[|\]$/g, ''),
        port: port || (secure ? 443 : 80),
        path: pathname + search,
        agent: false,
        ...(username ? { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }
          : {}),
        headers: {
          ...headers,
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Key': key,
          'Sec-WebSocket-Version': '13',
          ...(offered.length > 0 ? { 'Sec-WebSocket-Protocol': offered.join(', ') } : {}),
        },
      });
      const connection = new NodeConnection(request, handlers, maxMessageBytes);
      handlers.attach(connection);
      request.on('error', (error) => connection.failed(platformError(error)));
      request.on('response', (response) => {
        const retryAfter = retryAfterMillis(response.headers['retry-after'], Date.now());
        connection.failed(statusError(response.statusCode, retryAfter));
        request.destroy();
      });
      request.on('upgrade', (response, socket, head) => {
        const wrong = checkAnswer(response, key, offered);
        if (wrong) {
          socket.destroy();
          connection.failed(new HoldfastError('handshake', wrong));
        } else {
          connection.upgraded(socket, head, response.headers['sec-websocket-protocol'] ?? '');
        }
      });
      request.end();
    },
  };
}

/** RFC 6455, section 4.1: what a client has to check. Returns what is wrong. */
function checkAnswer(response, key, offered) {
  const accept = createHash('sha1').update(key + ACCEPT_GUID).digest('base64');
  if (response.headers.upgrade?.toLowerCase() !== 'websocket') {
    return 'the server did not upgrade to websocket';
  }
  if (response.headers['sec-websocket-accept'] !== accept) {
    return 'Sec-WebSocket-Accept does not fit to the key';
  }
  const chosen = response.headers['sec-websocket-protocol'];
  if (chosen !== undefined && !offered.includes(chosen)) {
    return 'the server chose a subprotocol that was not offered';
  }
  return response.headers['sec-websocket-extensions'] === undefined
    ? undefined : 'the server chose an extension that was not offered';
}

class NodeConnection {
  #request;
  #handlers;
  #socket;
  #decoder;
  #closeSent = false;
  #over = false;
  /** Keeps the order of messages when a Blob has to be read first. */
  #sending;

  constructor(request, handlers, maxMessageBytes) {
    this.#request = request;
    this.#handlers = handlers;
    this.#decoder = new FrameDecoder(maxMessageBytes);
  }

  get bufferedAmount() {
    return this.#socket?.writableLength ?? 0;
  }

  upgraded(socket, head, protocol) {
    if (this.#over) {
      socket.destroy();
      return;
    }
    this.#socket = socket;
    socket.setTimeout(0);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#bytes(chunk));
    socket.on('error', () => {}); // 'close' follows.
    socket.on('end', () => socket.end());
    socket.on('close', () => this.#end({ code: 1006, reason: '', wasClean: false }));
    this.#handlers.opened({ protocol, extensions: '' });
    if (head.length > 0) {
      this.#bytes(head);
    }
  }

  failed(error) {
    this.#end({ code: 1006, reason: '', wasClean: false, error });
  }

  #bytes(chunk) {
    if (this.#over) {
      return;
    }
    this.#handlers.activity();
    try {
      this.#decoder.push(chunk);
      let message = this.#decoder.next();
      while (message !== undefined && !this.#over) {
        this.#message(message);
        message = this.#over ? undefined : this.#decoder.next();
      }
    } catch (error) {
      this.failed(senselessError(error)); // The owner refuses it.
    }
  }

  #message({ opcode, data, code, reason }) {
    switch (opcode) {
      case OPCODE.PING:
        if (this.bufferedAmount <= CLOGGED_ABOVE_BYTES) {
          this.#write(OPCODE.PONG, data);
        }
        break;
      case OPCODE.PONG:
        break;
      case OPCODE.CLOSE:
        this.#sendClose(code === 1005 ? undefined : code, '');
        this.#socket.destroySoon();
        this.#end({ code, reason, wasClean: true });
        break;
      default:
        this.#handlers.received(data);
    }
  }

  send(data) {
    if (this.#sending === undefined && !(data instanceof Blob)) {
      this.#sendNow(data);
      return;
    }
    const sending = (this.#sending ?? Promise.resolve()).then(async () => {
      this.#sendNow(data instanceof Blob ? await data.arrayBuffer() : data);
      if (this.#sending === sending) {
        this.#sending = undefined;
      }
    });
    this.#sending = sending;
  }

  #sendNow(data) {
    if (typeof data === 'string') {
      this.#write(OPCODE.TEXT, Buffer.from(data, 'utf8'));
    } else if (ArrayBuffer.isView(data)) {
      this.#write(OPCODE.BINARY, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    } else {
      this.#write(OPCODE.BINARY, Buffer.from(data));
    }
  }

  close(code, reason) {
    if (this.#socket === undefined) {
      this.#request.destroy();
      this.#end({ code: 1006, reason: '', wasClean: false });
    } else if (this.#sending !== undefined) {
      this.#sending.then(() => this.#sendClose(code, reason));
    } else {
      this.#sendClose(code, reason);
    }
  }

  /**
   * RFC 6455, section 7.1.7: says why. What the peer still sends is read, or a reset would overtake
   * our last words; abort() ends that.
   */
  refuse(code, reason) {
    this.#over = true;
    if (this.#socket) {
      this.#sendClose(code, reason.slice(0, MAX_REASON_BYTES));
      this.#socket.end();
    } else {
      this.#request.destroy();
    }
  }

  abort() {
    this.#over = true;
    this.#request.destroy();
    this.#socket?.destroy();
  }

  #sendClose(code, reason) {
    if (!this.#closeSent) {
      this.#write(OPCODE.CLOSE, closePayload(code, reason));
      this.#closeSent = true;
    }
  }

  #write(opcode, payload) {
    if (!this.#closeSent && this.#socket?.writable) {
      this.#socket.write(encodeFrame(opcode, payload, randomBytes(4)));
    }
  }

  #end(end) {
    if (!this.#over) {
      this.#over = true;
      this.#handlers.ended(end);
    }
  }
}
