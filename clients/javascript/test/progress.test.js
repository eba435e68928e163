import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_UNFINISHED, Progress } from '../src/progress.js';
import { settle } from './support/fake-clock.js';
import { RESUMED, world } from './support/worlds.js';

/** A connected client, and what sends it messages of the room lobby. */
async function connected() {
  const made = world({}, 'ws://one.example/', []);
  await made.connected();
  const { client, transport } = made;
  return {
    ...made,
    say: (...seqs) => seqs.forEach((seq) => transport.last.receive(
      { stream: 'lobby', seq, type: 'message', room: 'lobby', data: seq })),
    at: () => client.session.positions.lobby.seq,
  };
}

/** Promises that the test fulfils by the number of the message. */
function answers() {
  const byNumber = {};
  return {
    byNumber,
    listener: ({ data }) => new Promise((resolve, reject) => {
      byNumber[data] = { resolve, reject };
    }),
  };
}

describe('what a client saves', () => {
  it('counts a message of an iteration when the next one is asked for', async () => {
    const { client, say, at } = await connected();
    const messages = client.messages();
    say(1, 2, 3, 4, 5);
    assert.equal(at(), 0);
    await messages.next();
    assert.equal(at(), 0);
    await messages.next();
    assert.equal(at(), 1);
    const waiting = [messages.next(), messages.next(), messages.next()];
    await Promise.all(waiting);
    const next = messages.next();
    assert.equal(at(), 5);
    say(6);
    await next;
    assert.equal(at(), 5);
  });

  it('counts a message when the slowest of the iterations has dealt with it', async () => {
    const { client, say, at } = await connected();
    const [quick, slow] = [client.messages(), client.messages()];
    const other = client.messages({ room: 'elsewhere' });
    say(1, 2);
    for (let i = 0; i < 3; i++) {
      quick.next();
    }
    await slow.next();
    assert.equal(at(), 0);
    await slow.next();
    assert.equal(at(), 1);
    slow.next();
    assert.equal(at(), 2);
    await other.return();
  });

  it('counts a message when listeners that return nothing have returned', async () => {
    const { client, say, at } = await connected();
    const during = [];
    client.on('message', () => during.push(at()));
    say(1, 2, 3, 4, 5);
    assert.deepEqual(during, [0, 1, 2, 3, 4]);
    assert.equal(at(), 5);
  });

  it('counts a message when the promise of its listener is fulfilled, in order', async () => {
    const { client, say, at } = await connected();
    const { byNumber, listener } = answers();
    client.on('message', listener);
    say(1, 2, 3, 4);
    const seen = [];
    for (const number of [2, 4, 1, 3]) {
      byNumber[number].resolve();
      await settle();
      seen.push(at());
    }
    assert.deepEqual(seen, [0, 0, 2, 4], 'never past one that is not dealt with');
  });

  it('counts no message on which a listener has failed, and none behind it', async () => {
    for (const fail of [
      () => {
        throw new Error('my own mistake');
      },
      () => Promise.reject(new Error('my own mistake')),
    ]) {
      const { client, transport, say, at, lines } = await connected();
      client.on('message', (message) => (message.data === 2 ? fail() : undefined));
      say(1, 2, 3, 4);
      await settle();
      assert.equal(at(), 1);
      assert.ok(lines.some((line) => line.includes('my own mistake')));
      transport.last.receive({ type: 'gap', stream: 'lobby', from: 5, to: 9 });
      assert.equal(at(), 1);
      assert.equal(client.state, 'CONNECTED');
    }
  });

  it('counts a gap when it was told, behind the messages before it', async () => {
    const { client, transport, say, at } = await connected();
    const messages = client.messages();
    say(1);
    transport.last.receive({ type: 'gap', stream: 'lobby', from: 2, to: 7 });
    say(10);
    assert.equal(at(), 0);
    await messages.next();
    await messages.next();
    assert.equal(at(), 9, 'with the one that nobody announced');
    messages.next();
    assert.equal(at(), 10);
  });

  it('counts a gap when the promise of its listener is fulfilled', async () => {
    const { client, transport, at } = await connected();
    let fetched;
    client.on('gap', () => new Promise((resolve) => {
      fetched = resolve;
    }));
    transport.last.receive({ type: 'gap', stream: 'lobby', from: 1, to: 7 });
    assert.equal(at(), 0);
    fetched();
    await settle();
    assert.equal(at(), 7);
  });

  it('is behind also in a new numbering, while messages of the old one are not dealt with',
    async () => {
      const { client, clock, transport, say } = await connected();
      const messages = client.messages();
      say(1);
      transport.last.end();
      await clock.advance(1_000);
      transport.last.open();
      assert.deepEqual(transport.last.takeSent()[0].positions, { lobby: { epoch: 'e', seq: 1 } },
        'the server does not have to say again what has come');
      transport.last.receive({ ...RESUMED,
        streams: { lobby: { epoch: 'f', head: 5, recovered: 0, gap: { reason: 'epoch' } } } });
      assert.deepEqual(client.session, { token: 'T2', positions: { lobby: { epoch: 'e', seq: 0 } } });
      await messages.next();
      messages.next();
      assert.deepEqual(client.session.positions, { lobby: { epoch: 'f', seq: 5 } });
    });

  it('does not count what a loop was left on, until a later message is dealt with', async () => {
    const { client, say, at } = await connected();
    say(1);
    assert.equal(at(), 1, 'nobody listens');
    const loop = (async () => {
      for await (const { data } of client.messages()) {
        if (data === 3) {
          break; // A loop that an error ends looks the same from here.
        }
      }
    })();
    say(2, 3, 4);
    await loop;
    assert.equal(at(), 2);
    const messages = client.messages();
    say(5);
    await messages.next();
    assert.equal(at(), 2);
    messages.next();
    assert.equal(at(), 5);
  });

  it('counts what a loop was left on where others have dealt with it', async () => {
    const { client, say, at } = await connected();
    client.on('message', () => {});
    const messages = client.messages();
    say(1, 2);
    await messages.next();
    await messages.return();
    assert.equal(at(), 2);
  });

  it('counts what was dropped and told as a gap', async () => {
    const { client, say, at } = await connected();
    const messages = client.messages({ limit: 1 });
    say(1, 2);
    assert.equal(at(), 1);
    await messages.next();
    messages.next();
    assert.equal(at(), 2);
  });

  it('goes on from there without losing anything, and without repeating what was dealt with',
    async () => {
      const { client, transport, say } = await connected();
      const { byNumber, listener } = answers();
      client.on('message', listener);
      say(1, 2);
      byNumber[1].resolve();
      await settle();
      const saved = JSON.parse(JSON.stringify(client.session));
      transport.last.end({ code: 1000 });
      const second = world({ session: saved });
      second.client.connect();
      await settle();
      second.transport.last.open();
      assert.deepEqual(second.transport.last.takeSent(),
        [{ type: 'hello', session_token: 'T1', positions: { lobby: { epoch: 'e', seq: 1 } } }]);
    });
});

describe('Progress', () => {
  const place = (seq) => ({ lobby: { epoch: 'e', seq } });

  it('keeps a bounded number of steps, and is never ahead for that', () => {
    const progress = new Progress();
    progress.note({ all: place(0) });
    const claims = [];
    for (let seq = 1; seq <= MAX_UNFINISHED + 10; seq++) {
      const step = progress.begin({ streams: place(seq) });
      claims.push(step.claim());
      step.end();
    }
    assert.equal(progress.unfinished, MAX_UNFINISHED);
    const [last] = claims.splice(MAX_UNFINISHED, 1);
    claims.forEach((claim) => claim.finish());
    assert.deepEqual(progress.positions(), place(MAX_UNFINISHED - 1));
    last.finish();
    last.finish();
    assert.deepEqual(progress.positions(), place(MAX_UNFINISHED + 10));
    assert.equal(progress.unfinished, 0);
  });

  it('forgets a room that was left when the messages before that are dealt with', () => {
    const progress = new Progress();
    progress.note({ all: place(0) });
    const step = progress.begin({ streams: place(1) });
    const claim = step.claim();
    step.end();
    progress.note({ streams: { lobby: undefined, kitchen: { epoch: 'k', seq: 7 } } });
    assert.deepEqual(progress.positions(), place(0));
    claim.finish();
    assert.deepEqual(progress.positions(), { kitchen: { epoch: 'k', seq: 7 } });
  });
});
