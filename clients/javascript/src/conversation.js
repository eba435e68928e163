// What is said over a connection: hello and its answer, messages and where they stand, acks, the
// server's advice. The owner of a Link; tells the client what the application has to hear.

import { waitFrom } from './close-codes.js';
import { Commands } from './commands.js';
import { HoldfastError, senselessError, wasClosed } from './errors.js';
import { Leaving } from './leaving.js';
import { Link } from './link.js';
import { Membership } from './membership.js';
import { sizeOf } from './metrics.js';
import { Outgoing } from './outgoing.js';
import { Reauths } from './reauths.js';
import { RoundTrips } from './round-trips.js';
import { Session } from './session.js';
import { Timers } from './timers.js';

export class Conversation {
  #url;
  #options;
  #dialect;
  #log;
  #timers;
  #session;
  #outgoing;
  #commands;
  #roundTrips;
  #link;
  #leaving;
  #metrics;
  #tell;
  #membership;
  /** What the application gave to reauth(), in place of the option. */
  #givenToken;
  #reauths;
  /** Whether a server has answered this client, in this process or an earlier one. */
  #everAnswered;
  /** The connection over which the server has asked us to terminate. */
  #terminating;
  #ids = 0;

  /**
   * @param tell (type, event, step, bytes): tells the application; its step in what it deals with,
   *     if it is one; the bytes of a message
   */
  constructor({ url, options, metrics, tell }) {
    const { dialect, random } = options;
    this.#url = url;
    this.#options = options;
    this.#dialect = dialect;
    this.#log = options.logger;
    this.#metrics = metrics;
    this.#tell = tell;
    this.#timers = new Timers(options.clock);
    this.#everAnswered = options.session?.token !== undefined;
    this.#session = new Session({
      saved: options.session,
      maxUnacked: options.maxUnacked,
      maxWaiting: options.maxWaiting,
      timeoutMillis: options.sendTimeoutMillis,
    });
    // Ids have to be new in the session, which may be older than this process.
    const prefix = Math.floor(random() * 2 ** 48).toString(36);
    const newId = () => `${prefix}-${(++this.#ids).toString(36)}`;
    const write = (connection, kind, fields, id) => this.#send(connection,
      dialect.request(kind, fields, id));
    this.#outgoing = new Outgoing({
      session: this.#session,
      timers: this.#timers,
      options,
      newId,
      encode: (kind, fields, id) => JSON.stringify(dialect.request(kind, fields, id)),
      write: (connection, { kind, fields, text }) => {
        this.#membership.goesOut({ kind, fields });
        this.#write(connection, text);
      },
    });
    this.#membership = new Membership({
      home: dialect.home,
      saved: options.session,
      timers: this.#timers,
      newId,
      request: (...request) => this.request(...request),
      write,
      log: this.#log,
      tell,
    });
    this.#reauths = new Reauths({ timers: this.#timers, timeoutMillis: options.sendTimeoutMillis });
    this.#commands = new Commands({ ...options, timers: this.#timers });
    this.#roundTrips = new RoundTrips({ dialect, metrics, timers: this.#timers });
    this.#link = new Link(options.link, this.#linkOwner());
    this.#leaving = new Leaving({
      link: this.#link,
      outgoing: this.#outgoing,
      timers: this.#timers,
      log: this.#log,
      tell,
      resumes: options.resume,
      leaveWhenAsked: options.leaveWhenAsked,
    });
  }

  #linkOwner() {
    return {
      target: () => this.#target(),
      opened: (connection) => this.#sayHello(connection),
      received: (connection, data) => this.#received(connection, data),
      receivedThere: (connection, data) => this.#receivedThere(connection, data),
      ping: () => this.#roundTrips.ping(),
      lost: (connection, error) => this.#lost(connection, error),
      stateChanged: (event) => this.#stateChanged(event),
      moved: () => this.#metrics.connected(this.#timers.now(), true),
      alert: (alert) => this.#tell('alert', alert),
    };
  }

  get link() {
    return this.#link;
  }

  get outgoing() {
    return this.#outgoing;
  }

  get session() {
    return this.#session;
  }

  get membership() {
    return this.#membership;
  }

  get timers() {
    return this.#timers;
  }

  /** Deepstream servers ack events of clients that resume, and of nobody else. */
  get acksEvents() {
    return this.#options.resume;
  }

  /** Sends a request; a promise of its answer. */
  request(kind, fields, settings) {
    return this.#outgoing.request({ kind, fields }, settings);
  }

  /**
   * Shows the server other credentials, in the middle of a connection: a new access token where
   * there is one, else the session's own. A promise of its having taken them.
   */
  async reauth(token) {
    const { token: configured } = this.#options;
    if (token !== undefined) {
      this.#givenToken = token;
    } else if (typeof configured === 'function') {
      token = await configured();
    }
    const fields = token === undefined ? { session_token: this.#session.token } : { token };
    const request = this.#dialect.reauth?.(fields);
    if (request === undefined) {
      throw new HoldfastError('rejected',
        `the ${this.#dialect.name} dialect has no "reauth"; reconnect with another token`,
        { code: 'bad_message' });
    }
    const { connection } = this.#link;
    if (!connection) { // The next one shows it.
      throw new HoldfastError('not_sent', 'there is no connection now');
    }
    return this.#reauths.ask(() => this.#send(connection, request));
  }

  /** Messages were lost: said aloud, counted, and told. */
  gap(gap, step) {
    this.#metrics.gaps++;
    const what = gap.reason ?? `${gap.from}-${gap.to}`;
    this.#log.error(`[GAP] ${gap.stream} ${what}`);
    this.#tell('gap', gap, step);
    this.#link.reportGap(gap);
  }

  /** It is in the place of messages. */
  #missed(gap) {
    const step = gap.to === undefined ? undefined : this.#session.moved(gap.stream, gap.to);
    this.gap(gap, step);
    step?.end();
  }

  // --- The beginning of a connection ------------------------------------------------------------

  async #target() {
    const { token } = this.#options;
    const shown = typeof token === 'function' ? await token() : this.#givenToken ?? token;
    const url = await (typeof this.#url === 'function' ? this.#url() : this.#url);
    return { protocols: [], ...this.#dialect.target(url, this.#context(shown)), token: shown };
  }

  /** @param token of this try: two may be under way, and one may get its token late */
  #context(token) {
    return {
      ...this.#options,
      token,
      reconnection: this.#everAnswered,
      lastCloseCode: this.#metrics.lastCloseCode,
    };
  }

  #sayHello(connection) {
    const context = this.#context(connection.target.token);
    for (const message of this.#dialect.hello(context, this.#session)) {
      this.#send(connection, message);
    }
  }

  #answered(connection, message) {
    if (connection.notes.answered) {
      return; // Twice on a connection: the first one counts.
    }
    connection.notes.answered = true;
    const restored = message.session_restored === true;
    const { gaps, dropped, recovered, step } = this.#options.resume
      ? this.#session.answered(message) : this.#session.answeredPlainly(message);
    if (connection.raw?.useFrames && message.features?.includes('length-prefixed')) {
      connection.raw.useFrames({ gzip: message.features.includes('gzip') });
    }
    this.#everAnswered = true;
    connection.notes.answered = true;
    if (!restored) {
      this.#outgoing.forgetSent();
    }
    this.#reauths.taken(); // By the host that we moved to; elsewhere nobody waits any more.
    // First: whoever hears of the connection may send on it, behind what waits.
    this.#membership.begin(connection, Object.keys(message.streams ?? {}), restored);
    this.#outgoing.use(connection);
    this.#link.ready(connection);
    if (message.type === 'reconnection_ack') {
      this.#log.info(`[RESUMED] restored=${restored} recovered=${recovered}`);
    }
    this.#tell('session', { clientId: message.client_id, restored, recovered, dropped });
    gaps.forEach((gap) => this.gap(gap, step));
    step?.end();
  }

  // --- What comes in ----------------------------------------------------------------------------

  #received(connection, data) {
    this.#metrics.received(data);
    connection.notes.foretold = undefined; // Only the last word before the end tells why.
    let message;
    try {
      message = this.#dialect.read(data);
    } catch (error) {
      this.#link.fail(connection, error); // Fail fast: this peer does not speak our language.
      return;
    }
    if (message.seq !== undefined && message.type !== 'ack') {
      this.#sequenced(message, sizeOf(data));
    } else {
      this.#unsequenced(connection, message, sizeOf(data));
    }
  }

  /** From the server that we are on the way to: it takes us, or it does not. */
  #receivedThere(connection, data) {
    this.#metrics.received(data);
    const message = this.#dialect.read(data);
    switch (message.type) {
      case 'welcome':
      case 'reconnection_ack':
        this.#answered(connection, message);
        break;
      case 'ping':
        this.#answer(connection, this.#dialect.pong(message));
        break;
      case 'error':
      case 'shutting_down':
      case 'shutdown_warning':
      case 'server_migration':
        this.#link.fail(connection, new HoldfastError('refused',
          `the other server does not serve us: it said ${message.code ?? message.type}`));
        break;
      default: // Means nothing before its welcome.
    }
  }

  /** Never twice; the application has come to it when it has dealt with it. */
  #sequenced(message, bytes) {
    const { stream, seq } = message;
    const { verdict, gaps } = this.#session.arrives(stream, seq);
    if (verdict === 'repeat') {
      return;
    }
    gaps.forEach((gap) => this.#missed(gap));
    const step = this.#session.moved(stream, seq);
    this.#tell('message', message, step, bytes);
    step?.end();
  }

  #unsequenced(connection, message, bytes) {
    switch (message.type) {
      case 'welcome':
      case 'reconnection_ack':
        this.#answered(connection, message);
        break;
      case 'message':
      case 'direct':
        this.#tell('message', message, undefined, bytes);
        break;
      case 'ack':
        this.#acked(message);
        break;
      case 'error':
        this.#refused(connection, message);
        break;
      case 'gap':
        this.#session.missed(message.stream, message.from, message.to)
          .forEach((gap) => this.#missed(gap));
        break;
      case 'session_token':
        this.#session.token = message.session_token;
        this.#reauths.taken();
        break;
      case 'ping':
        this.#answer(connection, this.#dialect.pong(message));
        break;
      case 'pong':
        this.#roundTrips.ponged();
        break;
      case 'command':
        this.#inBackground(this.#command(message));
        break;
      case 'terminate_app':
        if (this.#dialect.canTerminate) {
          this.#inBackground(this.#terminate(connection, message));
        } else {
          this.#notice(message);
        }
        break;
      default:
        this.#notice(message);
    }
  }

  #notice(message) {
    switch (message.type) {
      case 'presence':
        if (message.id !== undefined) {
          this.#outgoing.answered(message.id, message);
        }
        this.#tell('presence', message);
        break;
      case 'client_connected':
      case 'client_disconnected':
      case 'presence_change':
        this.#tell('presence', message);
        break;
      case 'shutting_down':
        this.#leaving.advised(message);
        break;
      case 'shutdown_warning':
        this.#leaving.advised(message);
        this.#leaving.leaveWhenDone(message);
        break;
      case 'server_migration':
        this.#leaving.migrate(message);
        break;
      default:
        this.#tell('notice', message); // Unknown types are not ours to judge.
    }
  }

  #acked(ack) {
    const asked = this.#membership.answered(ack.id) ?? this.#outgoing.answered(ack.id, ack);
    if (asked?.kind === 'join' && ack.epoch !== undefined) {
      const gap = this.#session.joined(ack.stream, ack.epoch, ack.seq ?? 0);
      if (gap) {
        this.gap(gap);
      }
    } else if (asked?.kind === 'leave') {
      this.#session.left(asked.fields.room);
    }
  }

  #refused(connection, message) {
    const { code, retry_after: seconds } = message;
    const closeCode = this.#dialect.closeCode?.(message, connection.notes.answered);
    if (message.id === undefined && closeCode !== undefined) {
      connection.notes.foretold = {
        code: closeCode, reason: message.message ?? '', afterMillis: waitFrom(seconds),
      };
    }
    if (this.#membership.refused(message) || this.#outgoing.refused(message)) {
      return;
    }
    const error = new HoldfastError('rejected', message.message ?? String(code), {
      code, id: message.id, retryable: message.retryable === true,
    });
    // What ends the connection is told with its end.
    const mayBeReauth = message.id === undefined && closeCode === undefined;
    if (!mayBeReauth || !this.#reauths.refused(error)) {
      this.#tell('error', error);
    }
  }

  // --- What the server asks for -----------------------------------------------------------------

  /** A rejection that nobody handles ends the whole process in Node. */
  #inBackground(work) {
    work.catch((error) => this.#tell('error', senselessError(error)));
  }

  async #command(message) {
    const result = await this.#commands.run(message);
    const connection = this.#link.connection;
    if (connection) { // Otherwise the server will ask again, and get the same result.
      this.#send(connection, this.#dialect.request('command_result', result));
    }
  }

  /** Cleans up, says so, and only then closes. */
  async #terminate(connection, message) {
    if (this.#terminating === connection) {
      return;
    }
    this.#terminating = connection;
    this.#log.info('[SHUTDOWN] the server asked this application to terminate');
    this.#tell('notice', message);
    this.#outgoing.pause();
    const result = await this.#commands.terminate(message);
    if (this.#terminating !== connection) {
      return; // Asked again since, and answered there.
    }
    if (this.#link.connection === connection) {
      this.#send(connection, this.#dialect.request('app_terminated', result));
    }
    this.#outgoing.failAll();
    await this.#link.close(1000, 'Application terminated', 'finished');
  }

  // --- The end of a connection ------------------------------------------------------------------

  #lost(connection, error) {
    this.#leaving.lost();
    this.#outgoing.use(undefined);
    this.#membership.stop();
    this.#reauths.lost(error);
    if (wasClosed(error)) {
      this.#metrics.lastCloseCode = error.code;
    } else if (error.kind === 'left') {
      this.#metrics.lastCloseCode = 1000;
    } else if (connection.opened) {
      this.#metrics.lastCloseCode = 1006;
    }
    if (!wasClosed(error) && error.kind !== 'left') {
      this.#tell('error', error);
    }
  }

  #stateChanged(event) {
    const now = this.#timers.now();
    if (event.state === 'CONNECTED') {
      this.#metrics.connected(now, event.reconnected);
    } else if (event.previous === 'CONNECTED') {
      this.#metrics.connectedSinceMillis = undefined;
    }
    if (event.state === 'CLOSED') {
      this.#outgoing.failAll(event.error);
      this.#timers.clearAll();
    }
    this.#tell('state', event);
  }

  #answer(connection, message) {
    if (message !== undefined && !connection.isClogged) {
      this.#send(connection, message);
    }
  }

  #send(connection, message) {
    this.#write(connection, JSON.stringify(message));
  }

  #write(connection, text) {
    this.#metrics.sent(text);
    connection.send(text);
  }
}
