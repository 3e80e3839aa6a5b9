import assert from 'node:assert/strict';
import { StoreError } from '../../src/errors';
import { assertUnused, Damage, faultOf, openDatabase } from '../../src/store/database';
import { freshFolder } from '../support/store/folders';

describe('store/database', () => {
  it('writes all of the changes, in their order, and gives them in the order of the keys', async () => {
    const folder = freshFolder();
    const database = await openDatabase(folder);
    await database.write(
      [
        { type: 'put', key: 'b', value: 'old' },
        { type: 'put', key: 'ä\u0000"', value: 'line\nline' },
        { type: 'put', key: 'c', value: '' },
        { type: 'put', key: 'b', value: 'new' },
        { type: 'del', key: 'c' },
      ],
      true,
    );
    await database.close();
    const again = await openDatabase(folder);
    assert.deepEqual(await again.entries(), [
      ['b', 'new'],
      ['ä\u0000"', 'line\nline'],
    ]);
    await again.close();
  });

  it('is held by one', async () => {
    const folder = freshFolder();
    const database = await openDatabase(folder);
    await assert.rejects(openDatabase(folder), /is in use: another Node-RED/);
    await database.close();
    await (await openDatabase(folder)).close();
  });

  it('assertUnused tells whether somebody has it open, and lets it be', async () => {
    const folder = freshFolder();
    await assertUnused(folder);
    const database = await openDatabase(folder);
    await database.write([{ type: 'put', key: 'a', value: '1' }], true);
    await assert.rejects(assertUnused(folder), /is in use: another Node-RED/);
    await database.close();
    await assertUnused(folder);
    const again = await openDatabase(folder);
    assert.equal((await again.entries()).length, 1);
    await again.close();
  });

  describe('tells what went wrong:', () => {
    const levelError = (code: string, message: string): Error =>
      Object.assign(
        new Error('Database failed to open', { cause: Object.assign(new Error(message), { code }) }),
        {
          code: 'LEVEL_DATABASE_NOT_OPEN',
        },
      );

    for (const [code, message] of [
      ['LEVEL_CORRUPTION', 'Corruption: bad block type'],
      ['LEVEL_IO_ERROR', 'IO error: /q/MANIFEST-000002: No such file or directory'],
      ['LEVEL_IO_ERROR', 'IO error: /q/CURRENT: Is a directory'],
    ] as const) {
      it(`damage, for ${message}`, () => assert(faultOf(levelError(code, message), '/q') instanceof Damage));
    }

    for (const [code, message, text] of [
      [
        'LEVEL_IO_ERROR',
        'IO error: /q/000003.log: No space left on device',
        'The store in /q cannot be used: 000003.log: No space left on device',
      ],
      [
        'LEVEL_IO_ERROR',
        'IO error: /q/LOCK: Permission denied',
        'The store in /q cannot be used: LOCK: Permission denied',
      ],
      [
        'EACCES',
        "EACCES: permission denied, mkdir '/q'",
        "The store in /q cannot be used: EACCES: permission denied, mkdir '/q'",
      ],
      [
        'LEVEL_LOCKED',
        'IO error: lock /q/LOCK: already held by process',
        'The store in /q is in use: another Node-RED or server may be running with it.',
      ],
    ] as const) {
      it(`nothing that moving the folder would mend, for ${message}`, () => {
        const fault = faultOf(levelError(code, message), '/q');
        assert(fault instanceof StoreError);
        assert.equal(fault.message, text);
        assert(fault.cause instanceof Error);
      });
    }

    it('the same, when it was told apart before', () => {
      for (const fault of [new Damage('d'), new StoreError('s')]) assert.equal(faultOf(fault, '/q'), fault);
    });
  });
});
