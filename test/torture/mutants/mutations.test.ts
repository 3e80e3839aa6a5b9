/** The defects that are put in on purpose have their places in the source as it is: `npm run torture -- --mutants` finds them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ROOT } from '../../support/root';
import { INVARIANTS } from '../violation';
import { mutated } from './mutants';
import { MUTATIONS } from './mutations';

describe('mutations', () => {
  for (const mutation of MUTATIONS) {
    it(`has a place for: ${mutation.name}`, () => {
      const source = readFileSync(join(ROOT, mutation.file), 'utf8');
      assert.notEqual(mutated(source, mutation), source);
    });
  }

  it('has one for each promise', () => {
    const tried = new Set(MUTATIONS.map(({ invariant }) => invariant as string));
    assert.deepEqual(
      Object.keys(INVARIANTS).filter((invariant) => !tried.has(invariant)),
      [],
    );
  });
});
