import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeAPI } from 'node-red';
import { Deploys } from '../../../../nodes/shared/deploys';
import { QueueFolders } from '../../../../nodes/stream-sea-server/queues/queue-folders';
import { type Queue, Queues } from '../../../../nodes/stream-sea-server/queues/queues';
import { remoteTarget, type Target } from '../../../../nodes/stream-sea-server/queues/targets';
import { FORMAT } from '../../../../src/client/outbox/disk-outbox';
import {
  Client,
  ClosedError,
  createDiskOutbox,
  type EmbeddedServer,
  type StreamSeaError,
} from '../../../../src/index';
import { Store } from '../../../../src/store/store';
import { startServer } from '../../../support/sea/sea';
import { freshFolder } from '../../../support/store/folders';
import { keep } from '../../../support/store/outbox';
import { until } from '../../../support/until';

const HERE = remoteTarget('http://here', 'gauge');
const THERE = remoteTarget('http://there', 'gauge');

/** The same target, but nobody answers: so a queue can be filled, and its successor sends it. */
const NOWHERE = 'http://127.0.0.1:1';

/** What waits is held back as long, for a receiver that may come: here, none does. */
const GRACE = 10;

interface Running {
  readonly queue: Queue;
  readonly client: Client;
}

describe('queues, which belong to their targets (G8), over deploys (G10)', () => {
  let userDir: string;
  let events: EventEmitter;
  let queues: Queues;
  let server: EmbeddedServer;
  let arrived: unknown[];
  const warnings: string[] = [];
  /** What a listener must not assert: whatever it throws is a problem of its client's, and nobody's here. */
  const wrongs: string[] = [];
  const running: Running[] = [];

  beforeEach(async () => {
    userDir = freshFolder();
    events = new EventEmitter();
    queues = newProcess();
    arrived = [];
    warnings.length = 0;
    server = await startServer();
    const reader = new Client({ url: server.url, credentials: { type: 'basic', ...server.credentials } });
    reader.acquire();
    reader.subscribe(
      'boiler',
      { type: 'every' },
      {
        message: (message) => void arrived.push(message),
        error: (error) => void wrongs.push(error.message),
      },
    );
    running.push({
      client: reader,
      queue: { begin() {}, claim() {}, end: () => reader.close(), leave: () => reader.close() },
    });
    await until(() => server.stats().subscriptions === 1, 'the reader');
  });

  afterEach(async () => {
    for (const { queue } of running.splice(0)) await queue.end();
    await purgeAll();
    // Each deploy comes to its end.
    events.emit('flows:started', { config: { flows: [] } });
    assert.equal(events.listenerCount('flows:started'), 0);
    assert.deepEqual([warnings.splice(0), wrongs.splice(0)], [[], []]);
  });

  async function purgeAll(): Promise<void> {
    for (const { key } of await queues.list()) await queues.purge(key);
  }

  function newProcess(): Queues {
    return new Queues(new Deploys({ events } as unknown as NodeAPI), userDir, ({ message }) => {
      warnings.push(message);
    });
  }

  function start(target: Target, mode: 'memory' | 'disk' | 'fail', url = NOWHERE, id = 'sea'): Running {
    const queue = queues.open(id, target, mode === 'disk', (text) => warnings.push(text));
    const credentials = { type: 'basic', ...server.credentials } as const;
    const { outbox } = queue;
    const client = new Client({
      url,
      credentials,
      offline: mode === 'fail' ? 'fail' : 'memory',
      grace: GRACE,
      ...(outbox && { outbox }),
    });
    queue.begin(client);
    const each = { queue, client };
    running.push(each);
    return each;
  }

  async function stop(each: Running): Promise<void> {
    await stopAll([each], []);
  }

  /** @param flows what the deploy puts there. */
  async function stopAll(all: readonly Running[], flows: readonly { id: string; d?: true }[]): Promise<void> {
    for (const each of all) running.splice(running.indexOf(each), 1);
    // As Node-RED does it for a deploy.
    events.emit('flows:started', { config: { flows: [] } });
    events.emit('flows:stopping', { config: { flows } });
    for (const each of all) await each.queue.end();
  }

  /** What became of each message that was offered. */
  function offer({ client }: Running, ...messages: unknown[]): (StreamSeaError | 'done' | undefined)[] {
    const ends: (StreamSeaError | 'done' | undefined)[] = messages.map(() => undefined);
    for (const [index, message] of messages.entries()) {
      client.offer('boiler', message, {
        ended: (error) => {
          if (ends[index] !== undefined) wrongs.push(`${message} ends twice: ${ends[index]}, ${error}`);
          ends[index] = error ?? 'done';
        },
      });
    }
    return ends;
  }

  const started = (): boolean => events.emit('flows:started', { config: null, diff: null });
  const onDisk = async (): Promise<string[]> =>
    existsSync(join(userDir, 'stream-sea', 'queues')) ? readdir(join(userDir, 'stream-sea', 'queues')) : [];

  for (const [from, to] of [
    ['memory', 'memory'],
    ['disk', 'disk'],
    ['disk', 'memory'],
    ['disk', 'fail'],
    ['memory', 'disk'],
  ] as const) {
    it(`of a node (${from}) are sent by the one in its place (${to}), in order, and end once`, async () => {
      const first = start(HERE, from);
      const ends = offer(first, 1, 2, 3);
      await until(() => first.client.queued === 3);
      await stop(first);
      assert.deepEqual(ends, [undefined, undefined, undefined]);
      const second = start(HERE, to, server.url);
      started();
      const later = to === 'fail' ? [] : offer(second, 4);
      await until(() => arrived.length === 3 + later.length);
      assert.deepEqual(arrived, to === 'fail' ? [1, 2, 3] : [1, 2, 3, 4]);
      await until(() => ends.every((end) => end === 'done'));
      await stop(second);
      await (async () => start(HERE, 'memory'))();
      assert.deepEqual(await queues.list(), []);
    });
  }

  for (const mode of ['memory', 'disk'] as const) {
    it(`of two nodes of one target are taken by the same two (${mode})`, async () => {
      const flows = [{ id: 'one' }, { id: 'two' }];
      const one = start(HERE, mode, server.url, 'one');
      const two = start(HERE, mode, server.url, 'two');
      const clients = [one, two].map((each) => {
        // Disconnected, so that what it has waits.
        each.client.disconnect();
        return each.client;
      });
      const ends = [offer(one, 1), offer(two, 2)];
      await until(() => clients.every((client) => client.queued === 1));
      await stopAll([two, one], flows);
      const heirs = ['one', 'two'].map((id) => start(HERE, mode, NOWHERE, id));
      await until(() => heirs.every(({ client }) => client.queue().count === 1));
      const waits = heirs.map(({ client }) => client.queue().first.map(({ text }) => text));
      assert.deepEqual(waits, [['1'], ['2']]);
      await stopAll(heirs, [{ id: 'one', d: true }]);
      const last = start(HERE, mode, server.url, 'three');
      started();
      await until(() => arrived.length === 2);
      await until(() => ends.flat().every((end) => end === 'done'));
      await stop(last);
    });
  }

  it('on disk are not taken by the one of two nodes that has left nothing', async () => {
    const flows = [{ id: 'one' }, { id: 'two' }];
    const one = start(HERE, 'disk', server.url, 'one');
    const two = start(HERE, 'disk', server.url, 'two');
    one.client.disconnect();
    offer(one, 1);
    await until(() => one.client.queued === 1);
    await stopAll([one, two], flows);
    // Nobody is to be told of its end, the second time.
    for (const mode of ['disk', 'memory'] as const) {
      const heirs = ['two', 'one'].map((id) => start(HERE, mode, NOWHERE, id));
      started();
      await until(() => heirs[1]?.client.queue().count === 1);
      assert.equal(heirs[0]?.client.queue().count, 0);
      await stopAll(heirs, flows);
    }
    await purgeAll();
  });

  it('of one of two nodes wait for it when a deploy follows on another at once', async () => {
    const flows = [{ id: 'one' }, { id: 'two' }];
    const one = start(HERE, 'memory', server.url, 'one');
    const two = start(HERE, 'memory', server.url, 'two');
    one.client.disconnect();
    offer(one, 1);
    await until(() => one.client.queued === 1);
    // The deploy before is still asking who has left what.
    await stopAll([one], flows);
    for (let look = 0; look < 3; look += 1) await queues.list();
    assert.equal((await queues.list())[0]?.count, 1);
    const heir = start(HERE, 'memory', NOWHERE, 'one');
    await until(() => heir.client.queue().count === 1);
    assert.equal(two.client.queue().count, 0);
    await stopAll([heir, two], []);
    await purgeAll();
  });

  it('end when flows are stopped for good: not sent, and whether they are kept', async () => {
    for (const mode of ['memory', 'disk'] as const) {
      const only = start(HERE, mode);
      const ends = offer(only, 1);
      await until(() => only.client.queue().count === 1);
      const config = { flows: [] };
      events.emit('flows:started', { config });
      events.emit('flows:stopping', { config });
      running.splice(running.indexOf(only), 1);
      await only.queue.end();
      const [end] = ends;
      assert(end instanceof ClosedError);
      if (mode === 'memory')
        assert.deepEqual(warnings.splice(0), ['Messages that were not sent, and are lost: 1']);
      assert.match(end.message, mode === 'disk' ? /kept on disk/ : /before the message was sent\.$/);
      assert.deepEqual(
        (await queues.list()).map(({ count }) => count),
        mode === 'disk' ? [1] : [],
      );
    }
  });

  it('on disk of a process before are sent first, whatever is chosen now; then their folder goes', async () => {
    const first = start(HERE, 'disk');
    offer(first, 1, 2);
    await until(() => first.client.queue().count === 2);
    await stop(first);
    queues = newProcess();
    const second = start(HERE, 'memory', server.url);
    offer(second, 3);
    await until(() => arrived.length === 3);
    assert.deepEqual(arrived, [1, 2, 3]);
    await until(() => second.client.queued === 0);
    await stop(second);
    start(HERE, 'memory', server.url);
    started();
    assert.deepEqual(await queues.list(), []);
  });

  it('on disk of a process before are sent by whichever of two nodes of one target comes first, beside what is new (G4)', async () => {
    const before = start(HERE, 'disk', NOWHERE, 'one');
    offer(before, 1);
    await until(() => before.client.queue().count === 1);
    await stop(before);
    queues = newProcess();
    const other = start(HERE, 'memory', NOWHERE, 'two');
    await until(() => other.client.queue().count === 1);
    const own = start(HERE, 'disk', server.url, 'one');
    offer(own, 2);
    await until(() => own.client.queued === 0 && arrived.length === 1);
    assert.deepEqual(arrived, [2]);
    await stop(other);
    const next = start(HERE, 'memory', server.url, 'two');
    await until(() => next.client.queued === 0 && arrived.length === 2);
    assert.deepEqual(arrived, [2, 1]);
  });

  it('on disk get no more once another mode is chosen', async () => {
    const first = start(HERE, 'disk');
    offer(first, 1, 2);
    await until(() => first.client.queue().count === 2);
    await stop(first);
    const second = start(HERE, 'memory');
    offer(second, 3);
    await until(() => second.client.queue().count === 3);
    await stop(second);
    const [left] = await queues.list();
    assert.equal(left?.count, 3);
    queues = newProcess();
    assert.deepEqual(
      (await queues.list())[0]?.first.map(({ text }) => text),
      ['1', '2'],
    );
  });

  it('of two nodes of one target are two, and what one leaves that goes, the other sends', async () => {
    const [one, two] = [start(HERE, 'disk'), start(HERE, 'disk')];
    const ends = [offer(one, 1), offer(two, 2)];
    await until(() => one.client.queue().count + two.client.queue().count === 2);
    await Promise.all([stop(one), stop(two)]);
    assert.deepEqual((await onDisk()).length, 2);
    const only = start(HERE, 'disk', server.url);
    started();
    await until(() => arrived.length === 2);
    assert.deepEqual([...arrived].sort(), [1, 2]);
    await until(() => only.client.queued === 0);
    await until(() => ends.flat().every((end) => end === 'done'));
    // One of the two folders is this node's own now.
    await until(() => readdirSync(join(userDir, 'stream-sea', 'queues')).length === 1);
  });

  for (const mode of ['memory', 'disk'] as const) {
    it(`that are left over (${mode}) do not go to another target; shown, and sent there when somebody says so`, async () => {
      const first = start(HERE, mode);
      const ends = offer(first, { text: 'x'.repeat(500) }, 2);
      await until(() => first.client.queue().count === 2);
      await stop(first);
      const other = start(THERE, mode, server.url);
      started();
      const [left, ...more] = await queues.list();
      assert.deepEqual(more, []);
      assert.deepEqual(left?.target, HERE.about);
      assert.equal(left.count, 2);
      assert.equal(left.onDisk, mode === 'disk');
      assert(Math.abs(Date.now() - (left.oldestAt ?? 0)) < 60_000);
      assert.equal(left.first.length, 2);
      assert.equal(left.first[0]?.stream, 'boiler');
      assert.equal(left.first[0]?.text.length, 203);
      assert.deepEqual(arrived, []);
      // Just as they are looked through, after another deploy.
      for (let deploy = 0; deploy < 20; deploy += 1) {
        started();
        assert.equal((await queues.list()).length, 1);
      }
      assert.equal(await queues.send(left.key, other.client), 2);
      await until(() => ends.every((end) => end === 'done'));
      await until(() => arrived.length === 2);
      assert.deepEqual(await queues.list(), []);
      assert.equal(await queues.send(left.key, other.client), undefined);
      await until(() => mode === 'memory' || !existsSync(join(userDir, 'stream-sea', 'queues', HERE.id)));
    });

    it(`that are left over (${mode}) can be thrown away: each ends, once, and nothing is left`, async () => {
      const first = start(HERE, mode);
      const ends = offer(first, 1, 2);
      await until(() => first.client.queue().count === 2);
      await stop(first);
      const [left] = await queues.list();
      assert.equal(await queues.purge(left?.key ?? ''), 2);
      assert.deepEqual(
        ends.map((end) => end !== 'done' && end?.code),
        ['SEA_PURGED', 'SEA_PURGED'],
      );
      assert.deepEqual(await queues.list(), []);
      assert.deepEqual(await onDisk(), []);
      assert.equal(await queues.purge(left?.key ?? ''), undefined);
    });
  }

  for (const mode of ['memory', 'disk'] as const) {
    it(`that nobody sends (${mode}) have their end, all of them, though each who is told throws`, async () => {
      const offerTo = async (each: Running, ends: string[]): Promise<void> => {
        for (const name of ['one', 'two']) {
          const ended = (error?: StreamSeaError): void => {
            ends.push(`${error?.code}`);
            throw new Error(name);
          };
          each.client.offer('boiler', name, { ended });
        }
        await until(() => each.client.queue().count === 2);
      };
      const thrown = ['one', 'two'].map((name) => `A listener of the event "ended" threw: ${name}`);
      const purged: string[] = [];
      const first = start(HERE, mode);
      await offerTo(first, purged);
      await stop(first);
      const [left] = await queues.list();
      assert.equal(await queues.purge(left?.key ?? ''), 2);
      assert.deepEqual([purged, warnings.splice(0)], [['SEA_PURGED', 'SEA_PURGED'], thrown]);

      const closed: string[] = [];
      const last = start(HERE, mode);
      await offerTo(last, closed);
      const config = { flows: [] };
      events.emit('flows:started', { config });
      events.emit('flows:stopping', { config });
      running.splice(running.indexOf(last), 1);
      await last.queue.end();
      const lost = mode === 'memory' ? ['Messages that were not sent, and are lost: 2'] : [];
      assert.deepEqual(
        [closed, warnings.splice(0)],
        [
          ['SEA_CLOSED', 'SEA_CLOSED'],
          [...thrown, ...lost],
        ],
      );
    });
  }

  for (const mode of ['memory', 'disk'] as const) {
    it(`that are being sent elsewhere (${mode}) as that node goes too, twice, are there once and end once`, async () => {
      const first = start(HERE, 'disk');
      const ends = offer(first, 1, 2);
      await until(() => first.client.queue().count === 2);
      await stop(first);
      for (let round = 0; round < 2; round += 1) {
        const other = start(THERE, mode);
        const [left] = await queues.list();
        assert.equal(await queues.send(left?.key ?? '', other.client), 2);
        assert.equal(other.client.queued, 2);
        assert.deepEqual(await queues.list(), []);
        await stop(other);
        assert.deepEqual(ends, [undefined, undefined]);
        assert.deepEqual(
          (await queues.list()).map(({ target, count }) => [target, count]),
          [[HERE.about, 2]],
        );
      }
      start(THERE, mode, server.url);
      const last = start(HERE, 'disk', server.url);
      started();
      await until(() => ends.every((end) => end === 'done'));
      await until(() => last.client.queued === 0);
      offer(last, 3);
      await until(() => arrived.includes(3));
      assert.deepEqual(arrived, [1, 2, 3]);
    });
  }

  it('that cannot be read are listed with the reason, and never deleted unasked', async () => {
    const folder = join(userDir, 'stream-sea', 'queues', HERE.id, 'messages');
    const store = new Store({ folder, format: FORMAT, warn: assert.fail });
    await store.write([{ type: 'put', key: 'strange', value: '{}' }]);
    await store.close();
    start(THERE, 'memory');
    started();
    const [left] = await queues.list();
    assert.match(left?.unread?.message ?? '', /1 records that were left out/);
    assert.equal(left?.count, 0);
    assert(existsSync(folder));
    assert.equal(await queues.purge(left.key), 0);
    assert.deepEqual(await onDisk(), []);
  });

  it('go to one, when two ask for them at once', async () => {
    for (const mode of ['memory', 'disk'] as const) {
      const first = start(HERE, mode);
      const ends = offer(first, 1, 2);
      await until(() => first.client.queue().count === 2);
      await stop(first);
      const other = start(THERE, mode, server.url);
      const key = (await queues.list())[0]?.key ?? '';
      const counts = await Promise.all([1, 2, 3].map(() => queues.send(key, other.client)));
      assert.deepEqual(counts.sort(), [2, undefined, undefined]);
      await until(() => ends.every((end) => end === 'done'));
      assert.equal(arrived.splice(0).length, 2);
      await stop(other);
    }
  });

  it('that cannot be thrown away are there still, and nobody is told otherwise', async () => {
    const first = start(HERE, 'disk');
    const ends = offer(first, 1, 2);
    await until(() => first.client.queue().count === 2);
    await stop(first);
    const remove = QueueFolders.prototype.remove;
    QueueFolders.prototype.remove = () => Promise.reject(new Error('busy'));
    try {
      await assert.rejects(queues.purge(HERE.id), /busy/);
    } finally {
      QueueFolders.prototype.remove = remove;
    }
    assert.deepEqual(ends, [undefined, undefined]);
    assert.equal(await queues.purge(HERE.id), 2);
    assert.deepEqual(
      ends.map((end: StreamSeaError | 'done' | undefined) => end !== 'done' && end?.code),
      ['SEA_PURGED', 'SEA_PURGED'],
    );
  });

  it('of a folder that is empty when it is opened cost nothing: it goes', async () => {
    const folder = join(userDir, 'stream-sea', 'queues', HERE.id, 'messages');
    const outbox = createDiskOutbox({ folder, warn: assert.fail });
    await outbox.open(() => {});
    await outbox.close();
    const other = start(THERE, 'memory');
    assert.equal(await queues.send(HERE.id, other.client), 0);
    await until(() => !existsSync(folder));
  });

  it('of an earlier release are listed, without a target, and can be sent', async () => {
    const folder = join(userDir, 'stream-sea', 'old-node', 'outbox');
    const outbox = createDiskOutbox({ folder, warn: (text) => warnings.push(text) });
    await outbox.open(() => {});
    await keep(outbox, { stream: 'boiler', text: '7', batch: true, at: 5 });
    await outbox.close();
    const here = start(HERE, 'memory', server.url);
    started();
    // Not while it is being looked through for what is empty.
    let [left] = await queues.list();
    for (; left === undefined; [left] = await queues.list()) await delay(1);
    assert.deepEqual(left, {
      key: 'node-old-node',
      target: {},
      onDisk: true,
      count: 1,
      oldestAt: 5,
      first: [{ stream: 'boiler', at: 5, text: '7' }],
    });
    assert.equal(await queues.send('node-old-node', here.client), 1);
    await until(() => arrived.length === 1);
    await until(() => !existsSync(folder));
  });
});
