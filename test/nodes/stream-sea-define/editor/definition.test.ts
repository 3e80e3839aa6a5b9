import assert from 'node:assert/strict';
import { definitionProblem } from '../../../../nodes/stream-sea-define/editor/definition.editor';

const FIELDS = [{ name: 'temperature', type: 'float' }];

describe('what the define dialog says of a definition', () => {
  it('is nothing when it is one', () => {
    const text = JSON.stringify({ name: 'boiler', version: 1, fields: FIELDS });
    assert.equal(definitionProblem(text, 'boiler'), undefined);
    assert.equal(definitionProblem(text, ''), undefined);
  });

  it('lets the name be missing: the node or a message gives it', () => {
    const text = JSON.stringify({ version: 1, fields: FIELDS });
    assert.equal(definitionProblem(text, 'boiler'), undefined);
    assert.equal(definitionProblem(text, ''), undefined);
  });

  it('names what is wrong with text that is not JSON', () => {
    const problem = definitionProblem('{"version": 1,}', '');
    assert.equal(problem?.kind, 'json');
    assert.match(problem?.reason.message ?? '', /JSON/);
  });

  it('names the field that is wrong', () => {
    const text = JSON.stringify({ version: 1, fields: [{ name: 'temperature', type: 'flaot' }] });
    const problem = definitionProblem(text, 'boiler');
    assert.equal(problem?.kind, 'definition');
    assert.match(problem?.reason.message ?? '', /temperature.*"flaot"/);
  });

  it('refuses a name other than the stream of the node', () => {
    const text = JSON.stringify({ name: 'kettle', version: 1, fields: FIELDS });
    assert.match(definitionProblem(text, 'boiler')?.reason.message ?? '', /kettle/);
  });

  it('refuses JSON that is no object', () => {
    assert.equal(definitionProblem('[]', '')?.kind, 'definition');
    assert.equal(definitionProblem('null', '')?.kind, 'definition');
  });
});
