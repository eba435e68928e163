// Connections that we have no use for any more, and whose peers have a moment to read our last
// words. What they still send is nobody's.

export class Farewell {
  #timers;
  #graceMillis;
  /** Timer name → connection: one of each kind, since the next one of it comes much later. */
  #gone = new Map();

  /** @param graceMillis how long a peer has to close its side */
  constructor(timers, graceMillis) {
    this.#timers = timers;
    this.#graceMillis = graceMillis;
  }

  /** It has served, and another one does now. */
  leave(connection, reason) {
    connection.ended = true;
    connection.close(1000, reason);
    this.#expect('old', connection);
  }

  /** Its peer broke the protocol: is told so, where the transport can tell it. */
  refuse(connection, error) {
    connection.refuse(error.code ?? 1002, error.cause ? '' : error.message);
    this.#expect('refused', connection);
  }

  #expect(name, connection) {
    this.#gone.get(name)?.abort();
    this.#gone.set(name, connection);
    this.#timers.set(name, this.#graceMillis, () => {
      this.#gone.delete(name);
      connection.abort();
    });
  }

  /** No transport is left over. */
  abort() {
    this.#gone.forEach((connection) => connection.abort());
    this.#gone.clear();
    this.#timers.clear('old', 'refused');
  }
}
