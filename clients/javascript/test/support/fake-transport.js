// A transport whose other end is the test.

export class FakeTransport {
  connections = [];
  canSetHeaders = true;

  open = (target, handlers) => {
    const connection = new FakeConnection(target, handlers);
    this.connections.push(connection);
    handlers.attach(connection);
  };

  get last() {
    return this.connections.at(-1);
  }
}

class FakeConnection {
  /** Texts that the client has sent. */
  sent = [];
  closed;
  aborted = false;
  opened = false;
  ended = false;
  bufferedAmount = 0;
  #handlers;

  constructor(target, handlers) {
    this.target = target;
    this.#handlers = handlers;
  }

  // What the client does.
  send(data) {
    this.sent.push(data);
  }

  close(code, reason) {
    this.closed = { code, reason };
  }

  refuse(code, reason) {
    this.refused = { code, reason };
  }

  abort() {
    this.aborted = true;
  }

  // What the test does.
  open(info = { protocol: '', extensions: '' }) {
    this.opened = true;
    this.#handlers.opened(info);
  }

  receive(message) {
    this.#handlers.received(typeof message === 'string' || message instanceof ArrayBuffer
      ? message : JSON.stringify(message));
  }

  end({ code = 1006, reason = '', wasClean = code !== 1006, error } = {}) {
    if (!this.aborted && !this.refused && !this.ended) {
      this.ended = true;
      this.#handlers.ended({ code, reason, wasClean, error });
    }
  }

  /** The texts since the last call, parsed. */
  takeSent() {
    return this.sent.splice(0).map((text) => JSON.parse(text));
  }
}
