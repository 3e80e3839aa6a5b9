import assert from 'node:assert/strict';
import { type Clock, install } from '@sinonjs/fake-timers';
import { RemoteSchemas } from '../../../nodes/stream-sea-server/remote-schemas';
import {
  type CallOptions,
  type Client,
  type ConnectionState,
  CredentialsError,
  NetworkError,
  ProtocolError,
  ReplyError,
  SettingError,
  type StreamSeaError,
  TimeoutError,
} from '../../../src/index';
import { settled } from '../../support/clock';
import { type RawServer, startRawServer } from '../../support/network/raw-server';
import { send } from '../../support/network/wire';
import { type Flow, startFlow, stopFlows } from '../../support/node-red/flow';
import { startServer } from '../../support/sea/sea';
import { until } from '../../support/until';
import { BOILER, complete, helperNode, node, SERVER, TAB } from '../flows';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** One question, to be answered by the test. */
interface Question {
  readonly names: readonly string[];
  readonly signal: AbortSignal | undefined;
  /** With what each of the names has, undefined for no schema; or not at all. */
  readonly answer: (...answer: (boolean | undefined)[]) => Promise<void>;
  readonly fail: (error: StreamSeaError) => Promise<void>;
}

describe('what is known of schemas at a server elsewhere', () => {
  let clock: Clock;
  let questions: Question[];
  let used: Set<string>;
  let told: (string | undefined)[];
  let faults: unknown[];
  let schemas: RemoteSchemas;
  let become: (name: ConnectionState['name']) => void;
  let stop: () => void;

  beforeEach(() => {
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    questions = [];
    used = new Set(['boiler', 'tank']);
    told = [];
    faults = [];
    const client = {
      on: (_event: string, listener: (state: { name: string }) => void) => {
        become = (name) => listener({ name });
        return () => {};
      },
      lookUpVersions: (names: readonly string[], { signal }: CallOptions = {}) =>
        new Promise((resolve, reject) => {
          questions.push({
            names,
            signal,
            answer: (...answer) => {
              resolve(answer.map((has) => (has ? 1 : null)));
              return settled();
            },
            fail: (error) => {
              reject(error);
              return settled();
            },
          });
        }),
    } as unknown as Client;
    schemas = new RemoteSchemas(client, (error) => faults.push(error));
    stop = schemas.onSchema(
      (stream) => told.push(stream),
      () => used,
    );
  });

  afterEach(() => {
    become('closed');
    assert.equal(clock.countTimers(), 0, 'a timer is left');
    clock.uninstall();
    assert.deepEqual(faults, []);
  });

  const known = (...streams: string[]) => streams.map((stream) => schemas.hasSchema(stream));
  /** The question that has not been looked at yet, and is the only such. */
  const next = (): Question => {
    assert.equal(questions.length, 1, 'questions');
    return questions.pop() as Question;
  };

  it('is asked once it is connected, in one request for all that is used, and told once', async () => {
    assert.deepEqual(known('boiler', 'tank'), [undefined, undefined]);
    clock.tick(10 * MINUTE);
    assert.deepEqual(questions, []);
    become('ready');
    // Whoever shows it asks meanwhile, and nobody is asked twice for that.
    assert.deepEqual(known('boiler', 'tank'), [undefined, undefined]);
    clock.tick(10 * SECOND);
    const { names, answer } = next();
    assert.deepEqual(names, ['boiler', 'tank']);
    await answer(true, undefined);
    assert.deepEqual(known('boiler', 'tank'), [true, false]);
    assert.deepEqual(told, [undefined]);
  });

  it('is asked again each minute of those without one, until all have one', async () => {
    become('ready');
    await next().answer(true, undefined);
    clock.tick(MINUTE - 1);
    assert.deepEqual(questions, []);
    clock.tick(1);
    const second = next();
    assert.deepEqual(second.names, ['tank']);
    await second.answer(undefined);
    assert.equal(told.length, 1, 'nothing has changed');
    clock.tick(MINUTE);
    await next().answer(true);
    assert.deepEqual(known('boiler', 'tank'), [true, true]);
    assert.equal(told.length, 2);
    clock.tick(10 * MINUTE);
    assert.deepEqual(questions, []);
    assert.equal(clock.countTimers(), 0);
  });

  it('keeps no process from its end', async () => {
    const { setTimeout } = globalThis;
    const timers: NodeJS.Timeout[] = [];
    Object.assign(globalThis, {
      setTimeout: (run: () => void, ms: number) => {
        const timer = setTimeout(run, ms);
        timers.push(timer);
        return timer;
      },
    });
    become('ready');
    await next().answer(undefined, undefined);
    used.add('pump');
    schemas.hasSchema('pump');
    assert.deepEqual(
      timers.map((timer) => timer.hasRef()),
      [false, false],
    );
  });

  it('is asked for names that come later a moment later, with all of that moment, and not more than once', async () => {
    become('ready');
    await next().answer(true, undefined);
    for (const stream of ['pump', 'valve']) {
      used.add(stream);
      assert.equal(schemas.hasSchema(stream), undefined);
    }
    assert.deepEqual(questions, []);
    clock.tick(SECOND);
    const { names, answer } = next();
    assert.deepEqual(names, ['pump', 'valve']);
    known('pump', 'valve');
    clock.tick(10 * SECOND);
    assert.deepEqual(questions, []);
    await answer(true, true);
    // Names that come and come do not put off the minute.
    clock.tick(MINUTE - 11 * SECOND);
    assert.deepEqual(next().names, ['tank']);
  });

  it('is asked for nothing that nobody uses any more, and for nothing at all where nobody is', async () => {
    become('ready');
    await next().answer(undefined, undefined);
    used.delete('boiler');
    clock.tick(MINUTE);
    const { names, answer } = next();
    assert.deepEqual(names, ['tank']);
    await answer(undefined);
    assert.deepEqual(known('boiler', 'tank'), [undefined, false]);
    stop();
    clock.tick(MINUTE);
    assert.deepEqual(questions, []);
    clock.tick(10 * MINUTE);
    assert.deepEqual(questions, []);
  });

  it('stays as it was told over a disconnect, until all of it is asked again', async () => {
    become('ready');
    await next().answer(true, undefined);
    become('waiting');
    assert.equal(clock.countTimers(), 0);
    clock.tick(10 * MINUTE);
    assert.deepEqual(questions, []);
    assert.deepEqual(known('boiler', 'tank'), [true, false]);
    become('connecting');
    become('ready');
    assert.deepEqual(known('boiler', 'tank'), [true, false]);
    const { names, answer } = next();
    assert.deepEqual(names, ['boiler', 'tank']);
    await answer(undefined, true);
    assert.deepEqual(known('boiler', 'tank'), [false, true]);
    assert.equal(told.length, 2);
  });

  it('ends what is under way with the connection, and takes no answer of before', async () => {
    become('ready');
    const before = next();
    assert.equal(before.signal?.aborted, false);
    become('waiting');
    assert.equal(before.signal?.aborted, true);
    become('ready');
    await before.answer(undefined, undefined);
    assert.deepEqual(known('boiler', 'tank'), [undefined, undefined]);
    await next().answer(true, true);
    assert.deepEqual(known('boiler', 'tank'), [true, true]);
    become('waiting');
    become('ready');
    const refused = next();
    become('waiting');
    become('ready');
    await refused.fail(new ReplyError('no', { status: 404 }));
    assert.deepEqual(known('boiler', 'tank'), [true, true]);
    const hanging = next();
    become('closed');
    assert.equal(hanging.signal?.aborted, true);
    await hanging.answer(undefined, undefined);
    assert.deepEqual(told, [undefined]);
  });

  it('is nothing while the server refuses, or says what nobody understands: not asked again before the next connection', async () => {
    const refusals = [
      new CredentialsError('no'),
      ...[400, 403, 404, 405].map((status) => new ReplyError('no', { status })),
      new ProtocolError('versionsVector should be a list'),
      new SettingError('a token opens no request'),
    ];
    become('ready');
    await next().answer(undefined, true);
    for (const refusal of refusals) {
      become('waiting');
      become('ready');
      await next().fail(refusal);
      assert.deepEqual(known('boiler', 'tank'), [undefined, undefined]);
      clock.tick(10 * MINUTE);
      assert.deepEqual(questions, [], refusal.name);
      assert.equal(clock.countTimers(), 0);
    }
    assert.deepEqual(told, [undefined, undefined], 'what is known, and that nothing is');
  });

  it('is asked again in a minute after a failure that passes, of what was known, too', async () => {
    become('ready');
    await next().answer(true, true);
    become('waiting');
    become('ready');
    for (const error of [
      new NetworkError('away'),
      new TimeoutError('late'),
      new ReplyError('busy', { status: 503 }),
    ]) {
      await next().fail(error);
      assert.deepEqual(known('boiler', 'tank'), [true, true]);
      assert.deepEqual(told, [undefined]);
      clock.tick(MINUTE - 1);
      assert.deepEqual(questions, []);
      clock.tick(1);
    }
    await next().answer(undefined, true);
    assert.deepEqual(known('boiler', 'tank'), [false, true]);
  });

  it('is asked one thing at a time, however slow it is: what comes meanwhile waits for its answer', async () => {
    become('ready');
    await next().answer(true, undefined);
    const use = (stream: string): void => {
      used.add(stream);
      schemas.hasSchema(stream);
      clock.tick(SECOND);
    };
    use('pump');
    const first = next();
    for (const stream of ['valve', 'fan']) use(stream);
    clock.tick(2 * MINUTE);
    assert.deepEqual(questions, []);
    await first.answer(undefined);
    assert.deepEqual(told, [undefined, undefined], 'nor does what was answered wait');
    const second = next();
    assert.deepEqual(second.names, ['tank', 'valve', 'fan']);
    await second.answer(true, true, true);
    assert.deepEqual(questions, []);
    clock.tick(MINUTE);
    assert.deepEqual(next().names, ['pump']);
  });

  it('tells of what was answered before the connection ended in the middle of the others', async () => {
    used = new Set(Array.from({ length: 501 }, (_, index) => `topic ${index}`));
    become('ready');
    const first = next();
    await first.answer(...first.names.map(() => undefined));
    const second = next();
    become('waiting');
    await second.fail(new NetworkError('away'));
    assert.deepEqual(known('topic 0', 'topic 500'), [false, undefined]);
    assert.deepEqual(told, [undefined]);
  });

  it('is left alone after a failure, for names that come, too, and for as long as it asks, over connections', async () => {
    become('ready');
    await next().fail(new TimeoutError('late'));
    used.add('pump');
    schemas.hasSchema('pump');
    clock.tick(MINUTE - 1);
    assert.deepEqual(questions, []);
    clock.tick(1);
    const again = next();
    assert.deepEqual(again.names, ['boiler', 'tank', 'pump']);
    await again.fail(new ReplyError('busy', { status: 429, retryAfter: 10 * MINUTE }));
    clock.tick(5 * MINUTE);
    become('waiting');
    become('ready');
    clock.tick(5 * MINUTE - 1);
    assert.deepEqual(questions, []);
    clock.tick(1);
    // By a clock that is wrong, a date may be years ahead.
    await next().fail(new ReplyError('busy', { status: 503, retryAfter: 1e12 }));
    clock.tick(60 * MINUTE - 1);
    assert.deepEqual(questions, []);
    clock.tick(1);
    await next().answer(true, true, true);
    assert.equal(clock.countTimers(), 0);
  });

  it('is known at once of what is defined here, whatever was asked before it', async () => {
    become('ready');
    await next().answer(undefined, undefined);
    clock.tick(MINUTE);
    const older = next();
    schemas.defined('boiler');
    schemas.defined('nobody’s');
    assert.deepEqual(known('boiler', 'tank'), [true, false]);
    assert.deepEqual(told, [undefined, 'boiler']);
    await older.answer(undefined, undefined);
    assert.deepEqual(known('boiler', 'tank'), [true, false]);
    clock.tick(MINUTE);
    assert.deepEqual(next().names, ['tank']);
  });

  it('is asked in requests of so many names, one after the other, and of so many streams at all', async () => {
    const topics = Array.from({ length: 12_000 }, (_, index) => `topic ${index}`);
    // No server has the first ones, and no request may hold them.
    used = new Set(['x'.repeat(1_001), '\ud800', ...topics]);
    become('ready');
    let asked = 0;
    for (; questions.length > 0; asked += 1) {
      const { names, answer } = next();
      assert.ok(names.length <= 500);
      await answer(...names.map(() => true));
    }
    assert.equal(asked, 20);
    assert.equal(told.length, 20);
    assert.deepEqual(known('topic 9999', 'topic 10000'), [true, undefined]);
    clock.tick(10 * MINUTE);
    assert.deepEqual(questions, []);
  });

  it('tells all who listen, whoever throws', async () => {
    schemas.onSchema(
      () => {
        throw new Error('a listener');
      },
      () => [],
    );
    schemas.onSchema(
      () => told.push('another'),
      () => [],
    );
    become('ready');
    await next().answer(undefined, true);
    schemas.defined('boiler');
    assert.deepEqual(told, [undefined, 'another', 'boiler', 'another']);
    assert.equal(faults.splice(0).length, 2);
  });
});

describe('nodes at a server elsewhere', () => {
  stopFlows();

  const at = (port: number) => ({ ...SERVER, where: 'remote', host: '127.0.0.1', port: String(port) });
  const users = [
    node('out', 'out', { stream: BOILER.name }),
    node('in', 'in', { stream: BOILER.name, inputs: 1, wires: [['got']] }),
    helperNode('got'),
    ...complete('out'),
  ];
  const ring = { fill: 'green', shape: 'ring', text: 'connected, no schema yet' };
  const dot = { fill: 'green', shape: 'dot', text: 'node-red:common.status.connected' };
  const shows = async (flow: Flow, expected: typeof ring): Promise<void> => {
    const text = new RegExp(`^${expected.text.replaceAll('.', '\\.')}$`);
    for (const id of ['in', 'out']) assert.deepEqual(await flow.shows(id, text), expected);
  };

  it('say that their stream has no schema yet, until somebody else has given it one', async () => {
    const server = await startServer();
    const flow = await startFlow([TAB, at(server.port), ...users], { sea: server.credentials });
    await shows(flow, ring);
    const { name, ...definition } = BOILER;
    const as = { clientId: 'gauge', clientSecret: 'gauge-secret' };
    const { status } = await send(server.url, 'POST', `/streams/${name}/define`, definition, { as });
    assert.equal(status, 200);
    flow.send('in', { action: 'disconnect' });
    await flow.shows('in', /not-connected/);
    flow.send('in', { action: 'connect' });
    await shows(flow, dot);
  });

  it('see at once what a define node of the same server has written', async () => {
    const server = await startServer();
    const flow = await startFlow(
      [
        TAB,
        at(server.port),
        ...users,
        node('define', 'define', { wires: [['defined']] }),
        helperNode('defined'),
      ],
      { sea: server.credentials },
    );
    await shows(flow, ring);
    flow.send('define', { payload: BOILER });
    await shows(flow, dot);
  });

  /** Lets whoever comes in, and has no other answer for its streams' versions than the one given. */
  async function startOther(answer: 'hang' | { status: number }): Promise<RawServer> {
    const server = await startRawServer();
    server.answer = ({ path }) => (path.endsWith('/schema-versions-vector') ? answer : {});
    void server.welcome().then((peer) => peer.subscribed());
    return server;
  }

  const credentials = { sea: { clientId: 'gauge', clientSecret: 'secret' } };

  for (const status of [401, 404]) {
    it(`have the plain dot where the server answers ${status}, and publish`, async () => {
      const server = await startOther({ status });
      const flow = await startFlow([TAB, at(server.port), ...users], credentials);
      await until(() => server.requests.length === 1, 'the question');
      flow.send('out', { payload: { temperature: 1 } });
      await flow.receives('completed', 1);
      await shows(flow, dot);
      assert.deepEqual(
        server.requests.map(({ path }) => path),
        ['/api/v1/schema-versions-vector', `/api/v1/streams/${BOILER.name}/publish`],
      );
      assert.doesNotMatch(JSON.stringify(flow.logged()), new RegExp(`"(msg|message)":"[^"]*${status}`));
    });
  }

  it('close while the question hangs', async () => {
    const server = await startOther('hang');
    const flow = await startFlow([TAB, at(server.port), ...users], credentials);
    await until(() => server.requests.length === 1, 'the question');
    await shows(flow, dot);
    await flow.close();
    await until(() => server.sockets === 0, 'the end of the question');
  });
});
