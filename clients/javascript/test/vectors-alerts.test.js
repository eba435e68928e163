import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Alarm } from '../src/alarm.js';
import { Timers } from '../src/timers.js';
import { FakeClock } from './support/fake-clock.js';
import { troubleOf, vectors } from './support/vectors.js';

describe('shared vectors: alerts', () => {
  for (const vector of vectors('alerts') ?? []) {
    it(vector.name, async () => {
      const clock = new FakeClock();
      const start = clock.now();
      const told = [];
      const conditions = vector.options.alerts.map(conditionOf);
      const alarm = new Alarm({
        conditions,
        timers: new Timers(clock),
        tell: ({ condition }) => told.push(
          { condition: conditions.indexOf(condition), at_ms: clock.now() - start }),
      });
      for (const [index, step] of vector.steps.entries()) {
        await clock.advance(start + step.at_ms - clock.now());
        give(alarm, step.input);
        assert.deepEqual(told.splice(0), step.expect.alerts, `step ${index + 1}`);
      }
    });
  }
});

function conditionOf({ failures, within_ms: withinMillis, not_connected_ms: notConnectedMillis }) {
  if (failures !== undefined) {
    return { failures, withinMillis };
  }
  return notConnectedMillis === undefined ? { gap: true } : { notConnectedMillis };
}

function give(alarm, input) {
  switch (input?.type) {
    case undefined: break;
    case 'start': alarm.started(); break;
    case 'connected': alarm.connected(); break;
    case 'ended': alarm.ended(troubleOf(input.ending)); break;
    case 'gap': alarm.gap({ stream: 'lobby', from: 1, to: 2 }); break;
    default: assert.fail(`the input ${input.type} is unknown`);
  }
}

describe('a condition that makes no sense', () => {
  for (const condition of [
    { foo: 1 }, {}, undefined, { failures: 2 }, { failures: 0, withinMillis: 1_000 },
    { failures: 1_001, withinMillis: 1_000 }, { failures: 1.5, withinMillis: 1_000 },
    { failures: 2, withinMillis: Infinity }, { withinMillis: 5 }, { notConnectedMillis: -5 },
    { notConnectedMillis: '5' }, { gap: false }, { gap: true, notConnectedMillis: 5 },
  ]) {
    it(`${JSON.stringify(condition)} is refused`, () => {
      assert.throws(() => new Alarm({ conditions: [condition] }), {
        name: 'RangeError', message: /^there is no alert .* it is one of \{failures/,
      });
    });
  }
});

describe('two conditions about the time without connection', () => {
  it('ring one after the other', async () => {
    const clock = new FakeClock();
    const told = [];
    const alarm = new Alarm({
      conditions: [{ notConnectedMillis: 20_000 }, { notConnectedMillis: 10_000 }],
      timers: new Timers(clock),
      tell: (alert) => told.push(alert.notConnectedMillis),
    });
    alarm.started();
    await clock.advance(60_000);
    assert.deepEqual(told, [10_000, 20_000]);
    assert.equal(clock.pending, 0);
  });
});
