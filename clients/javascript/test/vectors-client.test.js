import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PRESETS, policyFrom } from '../src/backoff.js';
import { HoldfastError } from '../src/errors.js';
import { Link } from '../src/link.js';
import { FakeClock, FakeRandom, settle } from './support/fake-clock.js';
import { adviceOf, policyOf, troubleOf, vectors } from './support/vectors.js';

describe('shared vectors: client', () => {
  const files = ['client', 'client-moves'];
  for (const vector of files.flatMap((file) => vectors(file) ?? [])) {
    it(vector.name, async () => {
      const world = new World(vector);
      for (const [index, step] of vector.steps.entries()) {
        world.random.use(step.random);
        await world.goTo(step.at_ms);
        await world.give(step.input);
        world.compare(step.expect ?? {}, `step ${index + 1} at ${step.at_ms} ms`);
      }
      world.link.abort();
      assert.equal(world.clock.pending, 0, 'timers are left');
    });
  }
});

/** A Link between a fake transport and a recorder of what it does and says. */
class World {
  clock = new FakeClock();
  random = new FakeRandom();
  outputs = [];
  /** By number: the transport connection, or the answer to a health check, of each try. */
  #tries = [];
  #start = this.clock.now();
  /** Time that the host slept: the vectors' clock stood still. */
  #slept = 0;
  #online;
  #advised;

  constructor({ policy, options }) {
    this.link = new Link({
      transport: { open: (target, handlers) => this.#open(target, handlers) },
      policy: policyFrom(policyOf(policy, PRESETS)),
      circuit: policy.circuit_breaker,
      random: this.random.next,
      clock: this.clock,
      log: { info: (line) => this.#log(line), error: (line) => this.#log(line) },
      health: options?.health ? { url: 'x:', fetch: () => this.#askHealth() } : undefined,
      silence: {},
      alerts: [],
      canPing: true,
      needsAnswer: true,
      connectTimeoutMillis: 10_000,
      environment: {
        listen: ({ online }) => {
          this.#online = online;
          return () => {};
        },
      },
    }, {
      target: () => ({ url: 'ws://configured.example/', protocols: [] }),
      opened: (connection) => {
        this.#tries.at(-1).connection = connection;
      },
      received() {},
      receivedThere() {},
      ping: () => 'ping',
      lost() {},
      stateChanged: (event) => this.#stateChanged(event),
      alert() {},
    });
  }

  /** Timers fire on the way; the vectors' clock does not run while the host sleeps. */
  async goTo(atMillis) {
    await this.clock.advance(this.#start + atMillis + this.#slept - this.clock.now());
  }

  async give(input) {
    if (!input) {
      return;
    }
    const of = this.#tries[(input.connection ?? this.#tries.length) - 1];
    switch (input.type) {
      case 'start': this.link.start(); break;
      case 'opened': of.handlers.opened({}); break;
      case 'welcomed': of.handlers.received('welcome'); this.link.ready(of.connection); break;
      case 'received': of.handlers.received('x'); break;
      case 'advised': this.#advise(input.advice); break;
      case 'leave': this.link.leave(); break;
      case 'move': await this.#move(); break;
      case 'ended': this.#end(of, input.ending); break;
      case 'health': of.answer(input); break;
      case 'slept': this.#slept += input.for_ms; await this.clock.sleep(input.for_ms); break;
      case 'online': this.#online(); break;
      case 'close': this.link.close(); break;
      default: assert.fail(`the input ${input.type} is unknown`);
    }
    await settle();
  }

  compare(expect, where) {
    const outputs = this.outputs.splice(0);
    if (expect.state) {
      assert.equal(this.link.state, expect.state, `${where}, state`);
    }
    if (expect.outputs) {
      const timed = outputs.map((output, i) => {
        const { at_ms, ...rest } = output;
        return expect.outputs[i]?.at_ms === undefined ? rest : { ...rest, at_ms };
      });
      assert.deepEqual(timed, expect.outputs, `${where}, outputs`);
    }
  }

  #advise(advice) {
    this.outputs.push({ report: 'SHUTDOWN' }); // The client above the link reports it.
    this.#advised = adviceOf(advice).target ?? this.#advised;
    this.link.advise(adviceOf(advice));
  }

  /** The client above the link knows when its time has come. */
  async #move() {
    this.link.migrate(this.#advised, 0);
    await this.clock.advance(0);
  }

  #end(of, ending) {
    const trouble = troubleOf(ending);
    of.handlers.ended({
      code: trouble.code ?? 1006,
      reason: trouble.reason ?? '',
      error: trouble.kind === 'closed' ? undefined : new HoldfastError(trouble.kind, 'x', trouble),
    });
  }

  #open({ url }, handlers) {
    const { hostname, port } = new URL(url);
    const target = hostname === 'configured.example'
      ? null : { host: hostname, port: Number(port) };
    const beside = this.link.state === 'CONNECTED';
    this.#did({ do: beside ? 'open_beside' : 'connect', target });
    const attempt = { handlers, beside };
    handlers.attach({
      send: (data) => this.#did({ do: data }),
      close: (code) => this.#did({ do: 'close', code }),
      abort: () => this.#did({ do: attempt.beside ? 'cut_beside' : 'cut' }),
    });
    const last = this.#tries.at(-1);
    if (last?.answer) {
      this.#tries[this.#tries.length - 1] = attempt; // It has the number of its health check.
    } else {
      this.#tries.push(attempt);
    }
  }

  #askHealth() {
    this.#did({ do: 'ask_health' });
    return new Promise((resolve, reject) => {
      this.#tries.push({
        answer: ({ answer, status, says = answer }) => {
          if (answer === 'none') {
            reject(new Error('no answer'));
          } else {
            const page = says === undefined ? '<html>' : JSON.stringify({ status: says });
            resolve({ status, text: async () => page });
          }
        },
      });
    });
  }

  #log(line) {
    const [, report] = /^\[([A-Z]+)\]/.exec(line);
    if (report === 'TIMEOUT') {
      this.outputs.push({ report });
    } else if (report === 'DISCONNECTED' && !line.includes('for good')) {
      this.outputs.push({ report, ending: /^\S+ (\w+)/.exec(line)[1] });
    } else if (report === 'RECONNECTING') {
      const [, delay, attempt] = /in (\d+) ms, attempts=(\d+)/.exec(line) ?? [];
      if (delay !== undefined) {
        this.outputs.push({ report, delay_ms: Number(delay), attempt: Number(attempt) });
      }
    }
  }

  #stateChanged({ state, cause }) {
    if (state === 'CONNECTED') {
      this.outputs.push({ report: state });
    } else if (state === 'CLOSED') {
      this.outputs.push({ report: state, cause });
    }
  }

  #did(output) {
    this.outputs.push({ ...output, at_ms: this.clock.now() - this.#start - this.#slept });
  }
}
