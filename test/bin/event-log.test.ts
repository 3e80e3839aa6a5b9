import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { eventLog } from '../../bin/event-log';
import { Logger } from '../../bin/logger';
import type { ServerEvent } from '../../src/server/event';

describe('the log of events', () => {
  const failed: ServerEvent = {
    kind: 'login failed',
    clientId: 'x'.repeat(1_000),
    address: '::1',
    over: 'http',
    failures: 1,
  };
  let lines: Record<string, unknown>[];
  let time: number;
  let tell: (event: ServerEvent) => void;

  beforeEach(() => {
    lines = [];
    time = 0;
    const log = new Logger({ level: 'debug', write: (line) => lines.push(JSON.parse(line)) });
    tell = eventLog(log, () => time);
  });

  it('tells who comes and goes to those who look closely', () => {
    tell({ kind: 'client connected', clientId: 'a', jailId: 'j', method: 'jwt', address: '::1' });
    tell({ kind: 'client disconnected', clientId: 'a', address: '::1' });
    assert.deepEqual(
      lines.map(({ level, clientId }) => [level, clientId]),
      [
        ['debug', 'a'],
        ['debug', 'a'],
      ],
    );
  });

  it('warns of logins that fail, in bounds, and says how many more there were', () => {
    for (let count = 0; count < 1_000; count += 1) tell(failed);
    assert.equal(lines.length, 20);
    assert.equal(String(lines[0]?.clientId).length, 100);
    assert.deepEqual([lines[0]?.level, lines[0]?.address], ['warn', '::1']);
    time = 60_000;
    tell(failed);
    assert.deepEqual(
      lines.slice(20).map(({ message, count }) => [message, count]),
      [
        ['More logins have failed', 980],
        ['A login has failed', undefined],
      ],
    );
  });

  it('says nothing of more when there were none', () => {
    tell(failed);
    time = 60_000;
    tell(failed);
    assert.equal(lines.length, 2);
  });
});
