import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type QueueFolder, QueueFolders } from '../../../../nodes/stream-sea-server/queues/queue-folders';
import { remoteTarget } from '../../../../nodes/stream-sea-server/queues/targets';
import { freshFolder } from '../../../support/store/folders';

const HERE = remoteTarget('http://here', 'gauge');
const THERE = remoteTarget('http://there', 'gauge');

describe('queue folders', () => {
  let userDir: string;
  let folders: QueueFolders;

  beforeEach(() => {
    userDir = freshFolder();
    folders = new QueueFolders(userDir);
  });

  function claimed(target = HERE, preferred?: string): QueueFolder {
    const folder = folders.claim(target, preferred);
    assert(folder);
    return folder;
  }

  it('are named after the target, and say in words what that is, without a secret', async () => {
    const { messages } = claimed();
    assert.equal(messages, join(userDir, 'stream-sea', 'queues', HERE.id, 'messages'));
    const about = JSON.parse(await readFile(join(dirname(messages), 'about.json'), 'utf8'));
    assert.deepEqual(Object.keys(about), ['address', 'clientId', 'when']);
    assert.equal(about.address, 'http://here');
  });

  it('are one for each node of a target, and free again when released', () => {
    const first = claimed();
    const second = claimed();
    assert.equal(second.key, `${HERE.id}-2`);
    assert.notEqual(claimed(THERE).key, first.key);
    folders.release(first);
    assert.equal(claimed().key, first.key);
  });

  it('are taken where messages are already, rather the one that is asked for', async () => {
    for (const key of [HERE.id, `${HERE.id}-3`, `${HERE.id}-11`]) {
      await mkdir(join(userDir, 'stream-sea', 'queues', key, 'messages'), { recursive: true });
    }
    assert.equal(claimed(HERE, `${HERE.id}-11`).key, `${HERE.id}-11`);
    assert.equal(claimed().key, HERE.id);
    assert.equal(claimed().key, `${HERE.id}-3`);
    assert.equal(claimed().key, `${HERE.id}-2`);
    assert.equal(folders.claimThere(THERE), undefined);
  });

  it('lists those that nobody has, with what they are for; those of an earlier release are for nobody knows whom', async () => {
    const mine = claimed();
    const left = claimed(THERE);
    for (const { messages } of [mine, left]) await mkdir(messages, { recursive: true });
    folders.release(left);
    await mkdir(join(userDir, 'stream-sea', 'old-node', 'outbox'), { recursive: true });
    await mkdir(join(userDir, 'stream-sea', 'old-node', 'server'), { recursive: true });
    assert.deepEqual(await folders.unclaimed(), [
      {
        key: left.key,
        messages: left.messages,
        targetId: THERE.id,
        about: { address: 'http://there', clientId: 'gauge' },
      },
      { key: 'node-old-node', messages: join(userDir, 'stream-sea', 'old-node', 'outbox'), about: {} },
    ]);
    for (const text of ['garbage', '7', '{"address":7}']) {
      await writeFile(join(dirname(left.messages), 'about.json'), text);
      assert.deepEqual((await folders.unclaimed())[0]?.about, {});
    }
    await rm(join(dirname(left.messages), 'about.json'));
    assert.deepEqual((await folders.unclaimed())[0]?.about, {});
  });

  it('are there, too, where a repair died between its two renames; and go whole', async () => {
    const folder = claimed();
    await mkdir(`${folder.messages}.rebuilt`);
    folders.release(folder);
    assert.deepEqual(
      (await folders.unclaimed()).map(({ key }) => key),
      [folder.key],
    );
    assert.equal(folders.claimThere(HERE)?.key, folder.key);
    await folders.remove(folder);
    assert.deepEqual(await readdir(join(userDir, 'stream-sea', 'queues')), []);
  });

  it('go without a trace, but for what was set aside in them', async () => {
    const folder = claimed();
    await mkdir(folder.messages, { recursive: true });
    await folders.remove(folder);
    assert.deepEqual(await readdir(join(userDir, 'stream-sea', 'queues')), []);
    const other = claimed(THERE);
    await mkdir(other.messages, { recursive: true });
    await mkdir(`${other.messages}.set-aside-2026-01-01-abc`);
    await folders.remove(other);
    assert.deepEqual((await readdir(dirname(other.messages))).sort(), [
      'about.json',
      'messages.set-aside-2026-01-01-abc',
    ]);
    const old = { key: 'node-a', messages: join(userDir, 'stream-sea', 'a', 'outbox'), about: {} };
    await mkdir(old.messages, { recursive: true });
    await mkdir(join(userDir, 'stream-sea', 'a', 'server'));
    await folders.remove(old);
    assert.deepEqual(await readdir(join(userDir, 'stream-sea', 'a')), ['server']);
  });

  it('are none without a user directory, and throw nothing where one cannot be written', async () => {
    assert.equal(new QueueFolders(undefined).claim(HERE), undefined);
    assert.deepEqual(await new QueueFolders(undefined).unclaimed(), []);
    await writeFile(userDir, 'a file');
    assert.equal(claimed().key, HERE.id);
    assert.deepEqual(await folders.unclaimed(), []);
    assert(!existsSync(join(userDir, 'stream-sea')));
  });
});
