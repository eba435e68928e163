import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { platformError, statusError } from '../src/errors.js';
import { settle } from './support/fake-clock.js';
import { vectors } from './support/vectors.js';
import { RESUMED, WELCOME, world } from './support/worlds.js';

const ADDRESS = 'ws://server.example:8000';
const refused = () => platformError({ code: 'ECONNREFUSED', message: 'nobody listens' });

describe('shared vectors: names', () => {
  for (const vector of vectors('names') ?? []) {
    describe(vector.name, () => {
      for (const step of vector.steps) {
        const { expect, ...given } = step;
        it(`${JSON.stringify(given)}: ${Object.values(expect).join(', ')}`, () => check(step));
      }
    });
  }

  it('a line says which client and which server it is about', async () => {
    const { lines } = await up();
    assert.equal(lines[0].line, `[CONNECTED] alice at ${ADDRESS}: for the first time`);
  });

  it('a line names the server alone where the client has no name, and nothing secret', async () => {
    const { lines } = await up({ clientId: undefined, token: 's3cret' },
      'wss://user:s3cret@server.example/ws?token=s3cret');
    assert.equal(lines[0].line, '[CONNECTED] wss://server.example:443: for the first time');
  });

  it('a line names the server that a function gave, as soon as it did', async () => {
    const { lines } = await up({}, async () => ADDRESS);
    assert.equal(lines[0].line, `[CONNECTED] alice at ${ADDRESS}: for the first time`);
  });
});

async function check({ ending, stop, outcome, told, expect }) {
  if (stop !== undefined) {
    const { told: { state } } = await stopped(stop, ending);
    assert.deepEqual([state.at(-1).state, state.at(-1).cause], ['CLOSED', expect.cause]);
  } else if (ending !== undefined) {
    const { told: { state }, lines } = await bringAbout(ending);
    assert.equal(state.find(({ error }) => error).error.kind, expect.kind);
    assertSaid(lines.filter(({ line }) => !line.includes(' for good: ')), expect);
  } else if (outcome !== undefined) {
    await assert.rejects(OUTCOMES[outcome](), { name: 'HoldfastError', kind: expect.kind });
  } else {
    assertSaid(await LINES[told](), expect);
  }
}

/** The keyword, and never on another level. */
function assertSaid(lines, { keyword, level }) {
  const levels = lines.filter(({ line }) => line.startsWith(`[${keyword}] `))
    .map((line) => line.level);
  assert.deepEqual([...new Set(levels)], [level], JSON.stringify(lines));
}

/** A client, and each line of its log with its level. */
function start(options = {}, url = ADDRESS) {
  const lines = [];
  const log = (level) => (line) => lines.push({ level, line });
  const made = world({
    clientId: 'alice', logger: { info: log('INFO'), error: log('ERROR') }, ...options,
  }, url);
  return { ...made, lines };
}

async function up(options, url, answer = WELCOME) {
  const made = start(options, url);
  await made.connected(answer);
  return made;
}

/** One that has begun to connect. */
async function dialling(options) {
  const made = start(options);
  made.client.connect().catch(() => {});
  await settle();
  return made;
}

/** The lines that `act` adds. */
async function said(made, act) {
  const { length } = made.lines;
  await act(made);
  await settle();
  return made.lines.slice(length);
}

async function bringAbout({ kind, code, status }) {
  switch (kind) {
    case 'closed':
      return ended(await up(), { code });
    case 'left': {
      const made = await up();
      made.transport.last.receive({ type: 'shutdown_warning', timeout_seconds: 60 });
      await settle();
      return ended(made, { code: 1000 });
    }
    case 'silence': {
      const made = await up();
      await made.clock.advance(75_000);
      return made;
    }
    case 'protocol': {
      const made = await up();
      made.transport.last.receive('no JSON');
      return made;
    }
    case 'server_not_ready': {
      const made = await dialling({
        health: true, fetch: () => Promise.reject(new TypeError('fetch failed')),
      });
      made.transport.last.end({ error: refused() });
      made.told.state.length = 0; // That was why health is asked.
      made.lines.length = 0;
      await made.clock.advance(1_000);
      return made;
    }
    case 'no_token':
      return dialling({ token: () => {
        throw new Error('the identity provider is down');
      } });
    case 'timeout': {
      const made = await dialling();
      await made.clock.advance(10_000);
      return made;
    }
    default:
      return ended(await dialling(), { error: ERRORS[kind](status) });
  }
}

/** As a transport makes them of what the platform says. */
const ERRORS = {
  refused,
  unreachable: () => platformError({ code: 'ENOTFOUND', message: 'no such name' }),
  tls: () => platformError({ code: 'CERT_HAS_EXPIRED', message: 'expired' }),
  handshake: (status) => statusError(status),
};

async function ended(made, end) {
  made.transport.last.end(end);
  await settle();
  return made;
}

async function stopped(cause, ending) {
  if (cause === 'asked') {
    const made = await up();
    const closed = made.client.close();
    await settle();
    made.transport.last.end({ code: 1000 });
    await closed;
    return made;
  }
  return cause === 'attempts_exhausted'
    ? ended(await dialling({ backoff: { maxAttempts: 0 } }), { error: refused() })
    : bringAbout(ending);
}

const OUTCOMES = {
  refused: async () => {
    const { client, transport } = await up();
    const sent = client.send(1);
    const [{ id }] = transport.last.takeSent();
    transport.last.receive({ type: 'error', id, code: 'rate_limited', message: 'slowly' });
    return sent;
  },
  outcome_unknown: async () => {
    const { client, clock } = await up();
    const sent = client.send(1);
    sent.catch(() => {});
    await clock.advance(30_000);
    return sent;
  },
  not_sent: async () => {
    const { client, clock } = await dialling();
    const sent = client.send(1);
    sent.catch(() => {});
    await clock.advance(30_000);
    return sent;
  },
  not_connected: async () => (await dialling({ whenDisconnected: 'fail' })).client.send(1),
  closed_before: async () => {
    const { client, clock } = await dialling();
    const waits = client.send(1);
    waits.catch(() => {});
    const closed = client.close({ timeoutMillis: 1 });
    await clock.advance(1);
    await closed;
    await assert.rejects(client.send(2), { kind: 'not_sent' });
    return waits;
  },
  queue_full: async () => {
    const { client } = await dialling({ maxWaiting: 1 });
    client.send(1).catch(() => {});
    return client.send(2);
  },
};
async function moving() {
  const made = await up();
  made.transport.last.receive({
    type: 'server_migration', new_host: 'b.example', new_port: 81, migrate_after: 0,
  });
  return made;
}

async function circuit(failures) {
  const made = await dialling({ circuitBreaker: true });
  for (let i = 0; i < failures - 1; i++) {
    made.transport.last.end({ error: refused() });
    await made.clock.advance(1_000 * 2 ** i);
  }
  return made;
}

const LINES = {
  connected: async () => (await up()).lines,
  reconnecting: async () => said(await up(), (made) => ended(made, { code: 1006 })),
  move_begins: async () => said(await moving(), ({ clock }) => clock.advance(2_000)),
  move_failed: async () => {
    const made = await moving();
    await made.clock.advance(2_000);
    return said(made, () => ended(made, { error: refused() }));
  },
  moved: async () => {
    const made = await moving();
    await made.clock.advance(2_000);
    return said(made, ({ transport }) => {
      transport.last.open();
      transport.last.receive(RESUMED);
    });
  },
  resumed: () => again(RESUMED),
  gap: () => again({
    ...RESUMED, streams: { lobby: { epoch: 'e', head: 9, recovered: 0, gap: { from: 1, to: 9 } } },
  }),
  silence: async () => said(await up(), ({ clock }) => clock.advance(75_000)),
  connect_timeout: async () => said(await dialling(), ({ clock }) => clock.advance(10_000)),
  server_leaves: async () => said(await up(), ({ transport }) => transport.last.receive({
    type: 'shutting_down', reconnect_after: 5,
  })),
  server_asks_to_terminate: async () => said(
    await up({}, `${ADDRESS}/deepstream/ws`, { type: 'ready_ack', status: 'ok' }),
    ({ transport }) => transport.last.receive({ type: 'terminate_app', request_id: 'r' })),
  circuit_open: async () => said(await circuit(5), (made) => ended(made, { error: refused() })),
  circuit_half_open: async () => said(await ended(await circuit(5), { error: refused() }),
    ({ clock }) => clock.advance(60_000)),
  circuit_closed: async () => {
    const made = await ended(await circuit(5), { error: refused() });
    await made.clock.advance(60_000);
    made.transport.last.open();
    made.transport.last.receive(WELCOME);
    await made.clock.advance(10_000);
    return said(made, () => ended(made, { code: 1011 }));
  },
  closed: async () => {
    const lines = await said(await up(), (made) => ended(made, { code: 4502 }));
    return lines.filter(({ line }) => line.endsWith('for good: closed_by_operator'));
  },
};

async function again(answer) {
  const made = await ended(await up(), { code: 1006 });
  await made.clock.advance(1_000);
  return said(made, ({ transport }) => {
    transport.last.open();
    transport.last.receive(answer);
  });
}
