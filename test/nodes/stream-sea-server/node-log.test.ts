import assert from 'node:assert/strict';
import type { Node } from 'node-red';
import { logConnection } from '../../../nodes/stream-sea-server/node-log';
import { type Client, type ClientEvents, ListenError, NetworkError } from '../../../src/index';
import { translate } from '../../support/browser/catalogue';

/** A log, and a client that says what it is told to say. */
function setUp() {
  const lines: string[] = [];
  const listeners: { [Name in keyof ClientEvents]?: (value: ClientEvents[Name]) => void } = {};
  const client = {
    on: (name: keyof ClientEvents, listener: never) => Object.assign(listeners, { [name]: listener }),
  };
  const node = {
    log: (text: string) => lines.push(`info ${text}`),
    warn: (text: string) => lines.push(`warn ${text}`),
  };
  logConnection(node as unknown as Node, client as unknown as Client, translate);
  return { lines, ...(listeners as Required<typeof listeners>) };
}

describe('logConnection', () => {
  it('tells each reason once, though others come between, until it was connected', () => {
    const { lines, state, problem } = setUp();
    for (const text of ['down', 'down', 'other', 'down']) problem(new NetworkError(text));
    state({ name: 'ready', since: 0 });
    problem(new NetworkError('down'));
    assert.deepEqual(lines, [
      'warn down',
      'warn other',
      'info Connected to the stream-sea server',
      'warn down',
    ]);
  });

  it('leaves an embedded server that cannot listen to that server', () => {
    const { lines, problem } = setUp();
    problem(new ListenError('taken'));
    assert.deepEqual(lines, []);
  });

  it('warns of a token that nobody renews, while there is time and when there is none', () => {
    const { lines, token } = setUp();
    const endsAt = new Date(2026, 10, 3, 8, 5).getTime();
    token({ name: 'valid', endsAt });
    token(undefined);
    assert.deepEqual(lines, []);
    for (const name of ['ending', 'ended'] as const) token({ name, endsAt });
    assert.deepEqual(lines, [
      'warn The token (JWT) ends 2026-11-03 08:05, and nobody renews it. Give the server another one before.',
      'warn The token (JWT) has ended 2026-11-03 08:05. Give the server another one.',
    ]);
  });
});
