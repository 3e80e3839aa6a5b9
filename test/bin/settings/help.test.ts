import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FLAG_NAMES, ONLY_VARIABLES } from '../../../bin/settings/flag-table';
import { help } from '../../../bin/settings/help';

describe('the help', () => {
  it('names every flag and variable, in lines that a terminal has room for', () => {
    const text = help();
    for (const name of [...FLAG_NAMES.map((flag) => `--${flag}`), ...Object.keys(ONLY_VARIABLES)]) {
      assert.match(text, new RegExp(`^  ${name}\\b`, 'm'));
    }
    for (const line of text.split('\n')) assert(line.length <= 110, line);
  });
});
