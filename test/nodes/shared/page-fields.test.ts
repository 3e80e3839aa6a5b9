import assert from 'node:assert/strict';
import { withFields } from '../../../nodes/shared/editor/fields/page-fields.editor';

describe('the fields of a page', () => {
  const drawn = (tag: string, type = 'stream-sea-in') => withFields(type, tag).replaceAll('\n', '');

  it('have a row, a label, and what they are about', () => {
    assert.equal(
      drawn('<sea-field name="maxAge" icon="bell" kind="number" unit="seconds" hint if="queue"></sea-field>'),
      '<div class="form-row sea-if-queue">' +
        '<label for="node-input-maxAge"><i class="fa fa-bell"></i> <span data-i18n="label.maxAge"></span></label>' +
        '<input type="text" id="node-input-maxAge" class="sea-number" aria-describedby="sea-in-maxAge-hint">' +
        '<span class="sea-unit" data-i18n="label.unit.seconds"></span>' +
        '<div id="sea-in-maxAge-hint" class="sea-hint" data-i18n="hint.maxAge"></div></div>',
    );
  });

  it('of a config node are where Node-RED looks for them', () => {
    assert.match(
      drawn('<sea-field name="port" icon="plug"></sea-field>', 'stream-sea-server'),
      /id="node-config-input-port"/,
    );
  });

  it('leave the place for a text that comes later', () => {
    const row = drawn('<sea-field name="host" icon="globe" label="later" hint="later"></sea-field>');
    assert.match(row, /<span id="sea-in-host-label"><\/span>/);
    assert.match(row, /<div id="sea-in-host-hint" class="sea-hint"><\/div>/);
  });

  it('are choices with a text for each option, and one for none', () => {
    const row = drawn(
      '<sea-field name="action" icon="wrench" none="message" options="make end"></sea-field>',
    );
    assert.match(
      row,
      /<select id="node-input-action"><option value="" data-i18n="option.action.message"><\/option><option value="make" data-i18n="option.action.make"><\/option><option value="end"/,
    );
  });

  it('give what is said of the control to the control, and keep what stands within', () => {
    const row = drawn(
      '<sea-field name="key" icon="key" kind="textarea" rows="3"><button></button></sea-field>',
    );
    assert.match(row, /<textarea id="node-input-key" rows="3"><\/textarea><button><\/button><\/div>$/);
  });

  it('stay as they are where there is no such field, which the build then refuses', () => {
    for (const tag of ['<sea-other name="a"></sea-feild>', '<sea-field name="a">'])
      assert.equal(drawn(tag), tag);
  });

  it('are drawn once, and what is drawn stays as it is', () => {
    const once = withFields('stream-sea-in', '<sea-server></sea-server><sea-name></sea-name>');
    assert.equal(withFields('stream-sea-in', once), once);
    assert.equal(once.match(/data-i18n="node-red:common.label.name"/g)?.length, 1);
  });
});
