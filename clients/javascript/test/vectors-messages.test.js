import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HoldfastClient } from '../src/node.js';
import { FakeClock, settle } from './support/fake-clock.js';
import { FakeTransport } from './support/fake-transport.js';
import { vectors } from './support/vectors.js';

const URLS = {
  rooms: 'ws://a.example/', deepstream: 'ws://a.example/deepstream/ws', bot: 'tcp://a.example:9000',
};

for (const dialect of Object.keys(URLS)) {
  describe(`shared vectors: messages, ${dialect}`, () => {
    for (const vector of vectors(`messages-${dialect}`) ?? []) {
      it(vector.name, async () => {
        const world = new World(dialect, vector.options ?? {});
        await settle();
        for (const [index, step] of vector.steps.entries()) {
          const settled = await world.step(step);
          world.compare(settled, step.expect ?? {}, `step ${index + 1}`);
        }
        const closed = world.client.close();
        await world.clock.advance(10_000);
        await closed;
        assert.deepEqual(world.client.runningTimers, []);
      });
    }
  });
}

/** A whole client whose reconnecting takes no time, and a recorder of what the application sees. */
class World {
  clock = new FakeClock();
  #transport = new FakeTransport();
  #start = this.clock.now();
  #seen;
  #resumed;
  /** What the library has for the ids that the vector calls "$1" and so on. */
  #ids = new Map();

  constructor(dialect, options) {
    this.client = new HoldfastClient(URLS[dialect], {
      dialect,
      clientId: options.instance_id ?? options.client_key ?? 'a',
      config: options.config,
      features: options.features,
      resume: options.resume ?? true,
      session: options.saved,
      maxUnacked: options.max_unacked,
      maxWaiting: options.max_waiting,
      whenDisconnected: options.while_disconnected === 'fail' ? 'fail' : 'queue',
      // Only the messages are looked at here: come back at once, and wait for the vector.
      backoff: { firstMillis: 1, capMillis: 1, jitter: 'none', maxAttempts: Infinity },
      connectTimeoutMillis: 86_400_000,
      pingIntervalMillis: Infinity,
      silenceLimitMillis: Infinity,
      transport: this.#transport,
      clock: this.clock,
      random: () => 0.5,
    });
    this.#forget();
    this.client.on('message', ({ data }) => this.#seen.delivered.push(data));
    this.client.on('gap', (gap) => this.#seen.gaps.push(gap));
    this.client.on('session', ({ restored }) => {
      this.#resumed = restored;
    });
    this.client.on('notice', ({ advice }) => {
      if (advice) {
        this.#seen.advised = advice;
      }
    });
    this.client.on('state', ({ state, cause = null, delayMillis }) => {
      if (state === 'DISCONNECTED' || state === 'CLOSED') {
        Object.assign(this.#seen, { stop: cause, retry_ms: delayMillis });
      }
    });
    this.client.connect().catch(() => {}); // The state tells.
  }

  async step({ at_ms: atMillis, input }) {
    if (atMillis !== undefined) {
      await this.clock.advance(this.#start + atMillis - this.clock.now());
    }
    await this.#give(input);
    await settle();
    return this.#seen;
  }

  async #give(input) {
    switch (input?.type) {
      case undefined: break;
      case 'open': await this.#reconnected(); this.#transport.last.open(); break;
      case 'receive': this.#transport.last.receive(this.#withIds(input.message)); break;
      case 'send': this.#watch(input.id, input.name === undefined
        ? this.client.send(input.data, input)
        : this.client.event(input.name, input.data, input)); break;
      case 'join': this.#watch(input.id, this.client.join(input.room, input)); break;
      case 'leave': this.#watch(input.id, this.client.leave(input.room, input)); break;
      case 'lost': this.#transport.last.end({ code: input.code ?? 1006 }); break;
      case 'close': this.client.close(); await this.clock.advance(10_000); break;
      default: assert.fail(`the input ${input.type} is unknown`);
    }
  }

  async #reconnected() {
    while (this.#transport.last === undefined || this.#transport.last.opened) {
      await this.clock.advance(1);
    }
  }

  #watch(id, promise) {
    const { settled } = { settled: (entry) => this.#seen.settled.push({ id, ...entry }) };
    promise.then(({ stream, seq }) => settled({
      outcome: 'acked', ...(stream === undefined ? {} : { stream, seq }),
    }), ({ kind, code, message }) => settled({
      outcome: outcomeOf(kind, message),
      ...(kind === 'rejected' ? { code } : {}),
    }));
  }

  #withIds(message) {
    return this.#ids.has(message.id) ? { ...message, id: this.#ids.get(message.id) } : message;
  }

  /** Ids that the library made are called as the vector calls them. */
  #named(sent, expected = []) {
    return sent.map((message, index) => {
      const name = expected[index]?.id;
      if (!name?.startsWith('$')) {
        return message;
      }
      assert.ok(message.id, `${JSON.stringify(message)} has no id`);
      this.#ids.set(name, message.id);
      return { ...message, id: name };
    });
  }

  #forget() {
    this.#seen = { delivered: [], gaps: [], settled: [] };
  }

  compare(seen, expect, where) {
    const { token, positions } = this.client.session;
    const actual = {
      ...seen,
      sent: this.#named(this.#transport.last.takeSent(), expect.sent),
      resumed: this.#resumed,
      token,
      positions,
      advised: seen.advised && {
        after_ms: seen.advised.afterMillis,
        ...(seen.advised.host === undefined ? {}
          : { host: seen.advised.host, port: seen.advised.port }),
      },
    };
    for (const [field, value] of Object.entries(expect)) {
      assert.deepEqual(actual[field], value, `${where}, ${field}`);
    }
    this.#forget();
  }
}

/** The vectors tell apart what is one kind to an application. */
function outcomeOf(kind, message) {
  const outcomes = {
    rejected: 'refused',
    not_sent: /no connection now/.test(message) ? 'not_connected' : 'not_sent',
  };
  return outcomes[kind] ?? kind;
}
