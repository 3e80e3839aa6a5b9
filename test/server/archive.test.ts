import assert from 'node:assert/strict';
import { type Clock, install } from '@sinonjs/fake-timers';
import { StoreError } from '../../src/errors';
import { Archive } from '../../src/server/archive';
import { hashSecret } from '../../src/server/auth';
import type { FirstJail } from '../../src/server/records';
import type { SeaSnapshot } from '../../src/server/snapshot';
import { diskFull, FakeDisk } from '../support/database';
import { freshFolder } from '../support/folders';

const FIRST: FirstJail = {
  id: 'works',
  client: { id: 'gauge', description: '', secret: hashSecret('s'), jwtPublicKey: null },
};

/** Until what was written by now is on the disk: a store begins with the turn of the event loop after. */
async function turn(): Promise<void> {
  for (let turns = 0; turns < 2; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('server/archive', () => {
  let disk: FakeDisk;
  let folder: string;
  let errors: StoreError[];
  let warnings: string[];
  let clock: Clock | undefined;
  const archives: Archive[] = [];

  beforeEach(() => {
    disk = new FakeDisk();
    folder = freshFolder();
    errors = [];
    warnings = [];
  });

  afterEach(async () => {
    clock?.uninstall();
    clock = undefined;
    await Promise.all(archives.splice(0).map((archive) => archive.close()));
  });

  async function open(): Promise<{ archive: Archive; snapshot: SeaSnapshot }> {
    const opened = await Archive.open(
      {
        folder,
        openDatabase: disk.openDatabase,
        warn: (text) => warnings.push(text),
        onError: (error) => errors.push(error),
      },
      FIRST,
    );
    archives.push(opened.archive);
    disk.writes.length = 0;
    return opened;
  }

  const keys = (): string[] => [...disk.content.keys()].filter((key) => key !== '!format');

  it('has flushed what was written once it says that it is saved', async () => {
    const { archive } = await open();
    archive.write(['jail', 'a'], { name: 'A' });
    archive.write(['jail', 'b'], { name: 'B' });
    archive.erase(['jail', 'b']);
    await turn();
    assert.equal(disk.writes.length, 0, 'nobody has asked yet');
    await archive.saved();
    assert.deepEqual(
      disk.writes.map(({ flush }) => flush),
      [true],
    );
    assert.deepEqual(keys(), ['["jail","a"]']);
    await archive.saved();
    assert.equal(disk.writes.length, 1);
    await archive.close();
    const { snapshot } = await open();
    assert.deepEqual(
      snapshot.jails.map(({ id, name }) => [id, name]),
      [
        ['works', 'works'],
        ['a', 'A'],
      ],
    );
  });

  it('is not saved before another’s flush of the same has ended', async () => {
    const { archive } = await open();
    const release = disk.hold();
    archive.write(['jail', 'a'], { name: 'A' });
    const first = archive.saved();
    let done = false;
    const second = archive.saved().then(() => {
      done = true;
    });
    await turn();
    assert.equal(done, false);
    release();
    await Promise.all([first, second]);
  });

  it('says that it could not save, and saves it with the next', async () => {
    const { archive } = await open();
    disk.fault = diskFull();
    archive.write(['jail', 'a'], { name: 'A' });
    await assert.rejects(archive.saved(), StoreError);
    await assert.rejects(archive.saved(), StoreError, 'it is still not saved');
    disk.fault = undefined;
    archive.write(['jail', 'b'], { name: 'B' });
    await archive.saved();
    assert.deepEqual(keys(), ['["jail","a"]', '["jail","b"]']);
  });

  it('does not write an older value over a newer one when the flush of the older fails', async () => {
    const { archive } = await open();
    disk.fault = diskFull();
    archive.write(['jail', 'a'], { name: 'old' });
    const first = archive.saved();
    archive.write(['jail', 'a'], { name: 'new' });
    const second = archive.saved();
    await assert.rejects(first, StoreError);
    disk.fault = undefined;
    await second.catch(() => {});
    archive.write(['jail', 'b'], { name: 'B' });
    await archive.saved();
    assert.equal(disk.content.get('["jail","a"]'), '{"name":"new"}');
  });

  it('writes behind what is kept, without a flush, and all of a turn together', async () => {
    const { archive } = await open();
    for (let number = 1; number <= 100; number += 1) {
      archive.keep(['message', 'works', 's', 'g', number], '{}');
    }
    await turn();
    assert.deepEqual(
      disk.writes.map(({ changes, flush }) => [changes.length, flush]),
      [[100, false]],
    );
    for (let number = 1; number <= 100; number += 1) archive.drop(['message', 'works', 's', 'g', number]);
    await turn();
    assert.deepEqual(keys(), []);
  });

  it('never writes a message that was dropped before its turn', async () => {
    const { archive } = await open();
    const release = disk.hold();
    archive.keep(['message', 'works', 's', 'g', 1], '{}');
    await turn();
    for (let number = 2; number <= 10_000; number += 1) {
      archive.keep(['message', 'works', 's', 'g', number], '{}');
      archive.drop(['message', 'works', 's', 'g', number - 1]);
    }
    release();
    await turn();
    await turn();
    assert.deepEqual(
      disk.writes.map(({ changes }) => changes.length),
      [1, 2],
    );
    assert.deepEqual(keys(), ['["message","works","s","g",10000]']);
  });

  it('tries again after a second what it could not write behind, and says so once', async () => {
    const { archive } = await open();
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    disk.fault = diskFull();
    archive.keep(['message', 'works', 's', 'g', 1], '1');
    await turn();
    archive.keep(['message', 'works', 's', 'g', 2], '2');
    archive.drop(['message', 'works', 's', 'g', 1]);
    await turn();
    assert.equal(errors.length, 1);
    disk.fault = undefined;
    clock.tick(1_000);
    // Opening the store anew looks at the real folder.
    while (keys().length === 0) await turn();
    assert.deepEqual(keys(), ['["message","works","s","g",2]']);
    assert.equal(errors.length, 1);
  });

  it('writes all that is left as it closes, and leaves no timer', async () => {
    const { archive } = await open();
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    disk.fault = diskFull();
    archive.keep(['message', 'works', 's', 'g', 1], '1');
    await turn();
    disk.fault = undefined;
    archive.write(['jail', 'a'], { name: 'A' });
    await archive.close();
    assert.equal(clock.countTimers(), 0);
    assert.equal(disk.open, 0);
    assert.deepEqual(keys(), ['["jail","a"]', '["message","works","s","g",1]']);
    archive.keep(['message', 'works', 's', 'g', 2], '2');
    await turn();
    assert.equal(keys().length, 2);
  });

  it('closes although the disk refuses, and says so', async () => {
    const { archive } = await open();
    archive.keep(['message', 'works', 's', 'g', 1], '1');
    disk.fault = diskFull();
    await archive.close();
    assert(errors.length >= 1);
    assert.equal(disk.open, 0);
  });

  it('warns of records that it leaves out, and takes away messages without a group', async () => {
    disk.content.set('!format', 'stream-sea server 1');
    disk.content.set('["odd"]', '{}');
    disk.content.set('["message","works","s","g",1]', '1');
    await open();
    assert.match(warnings[0] ?? '', /holds 1 records that were left out/);
    assert.deepEqual(keys(), ['["odd"]']);
  });

  it('leaves nothing open when it cannot be opened', async () => {
    disk.fault = diskFull();
    await assert.rejects(open(), StoreError);
    assert.equal(disk.open, 0);
  });
});
