/** The define dialog's schema builder, by mouse and by keyboard, in a real editor on a real Node-RED. */

import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { seriousFindings } from '../../../../support/browser/axe';
import { openDialog } from '../../../../support/browser/browser';
import { BOILER, BY_HAND, DIALOG, MISTAKES, schemaBuilderSuite } from './schema-builder-suite';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  nodes: {
    node(id: string): { schema: string; valid: boolean; changed: boolean; validationErrors?: string[] };
  };
};

describe('the schema builder', function () {
  this.timeout(240_000);

  const { suite, end, saved, fields, rows, nameField, press, notice, focused, faults, typeJson } =
    schemaBuilderSuite();
  let page: Page;

  before(() => {
    page = suite.page;
  });

  it('leaves the choice between the message and the node, and takes neither back by itself', async () => {
    await openDialog(page, 'new');
    const here = page.getByRole('radio', { name: 'Set here' });
    assert.equal(await page.getByRole('radio', { name: 'From the message' }).isChecked(), true);
    assert.equal(await page.locator('#sea-define-bar').isVisible(), false);
    await here.check();
    assert.deepEqual(JSON.parse(await saved()), { version: 1, fields: [] });
    await press('Add a field');
    await page.keyboard.type('heat');
    await page.getByRole('radio', { name: 'From the message' }).check();
    assert.equal(await saved(), '');
    await here.check();
    assert.deepEqual(await fields(), [{ name: 'heat', type: 'string' }]);
  });

  it('builds a schema with the mouse', async () => {
    await openDialog(page, 'new');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await press('Add a field');
    await nameField(0).fill('boiler');
    await page.getByLabel('Type of boiler').selectOption('array<object>');
    await press('Add a field within boiler');
    await nameField(1).fill('state');
    await page.getByLabel('Type of state').selectOption('enum');
    await press('value');
    await page.getByLabel('Value', { exact: true }).fill('on');
    await press('Add a field');
    await nameField(2).fill('at');
    await page.getByLabel('Type of at').selectOption('date');
    await press('Move at up (Alt+Up)');
    assert.deepEqual(await fields(), [
      { name: 'at', type: 'date' },
      { name: 'boiler', type: 'array<object>', fields: [{ name: 'state', type: 'enum', enum: ['on'] }] },
    ]);
    await press('Remove boiler');
    assert.deepEqual(await rows(), ['at date']);
    await press('Undo');
    assert.deepEqual(await rows(), ['at date', 'boiler array<object>', '  state enum']);
  });

  it('says at a date that it has whole seconds, and at nothing else', async () => {
    await openDialog(page, 'built');
    const hints = () => page.locator('.sea-field > .sea-hint').allInnerTexts();
    assert.deepEqual(await hints(), []);
    const type = page.getByLabel('Type of temperature');
    for (const dated of ['date', 'array<date>']) {
      await type.selectOption(dated);
      const [hint = '', ...more] = await hints();
      assert.match(hint, /whole seconds/);
      assert.deepEqual(more, []);
      const described = await type.evaluate((select) =>
        (select.getAttribute('aria-describedby') ?? '')
          .split(' ')
          .map((id) => document.getElementById(id)?.textContent),
      );
      assert.deepEqual(described, [hint, '']);
    }
    await type.selectOption('float');
    assert.deepEqual(await hints(), []);
  });

  it('builds a schema with the keyboard alone', async () => {
    await openDialog(page, 'new');
    await page.getByRole('radio', { name: 'From the message' }).focus();
    const keys = async (...names: string[]) => {
      for (const name of names) await page.keyboard.press(name);
    };
    await keys('ArrowUp');
    await page.getByRole('button', { name: 'Add a field', exact: true }).focus();
    await keys('Enter');
    await page.keyboard.type('boiler');
    await keys('Tab');
    await page.keyboard.type('object');
    assert.equal(await focused(), 'Type of boiler');
    await keys('Shift+Tab', 'Enter');
    await page.keyboard.type('level');
    await keys('Alt+ArrowRight');
    assert.deepEqual(await rows(), ['boiler object', '  level string']);
    assert.equal(await notice().innerText(), 'level is now field 1 of 1 within boiler');
    await keys('Enter');
    await page.keyboard.type('state');
    await keys('Tab');
    await page.keyboard.type('enum');
    await keys('Shift+Tab', 'Alt+ArrowUp');
    assert.deepEqual(await rows(), ['boiler object', '  state enum', '  level string']);
    await keys('Alt+ArrowLeft');
    assert.deepEqual(await rows(), ['boiler object', '  level string', 'state enum']);
    assert.equal(await focused(), 'Name', 'the focus goes along');
    await keys('Alt+ArrowLeft');
    assert.match(
      page.url(),
      /^http:/,
      'Alt with an arrow does not leave the editor where there is no way out',
    );

    // Values of the enum: Enter for the next, Backspace in an empty one to take it away.
    await page.getByRole('button', { name: 'value', exact: true }).focus();
    await keys('Enter');
    await page.keyboard.type('on');
    await keys('Enter');
    await page.keyboard.type('off');
    await keys('Enter', 'Backspace');
    assert.deepEqual(await fields(), [
      { name: 'boiler', type: 'object', fields: [{ name: 'level', type: 'string' }] },
      { name: 'state', type: 'enum', enum: ['on', 'off'] },
    ]);
    await page.getByRole('button', { name: 'Remove state' }).focus();
    await keys('Enter');
    assert.equal(await focused(), 'Remove boiler');
    assert.deepEqual(await rows(), ['boiler object', '  level string']);
  });

  it('moves fields by dragging them, into an object and out of it', async () => {
    await openDialog(page, 'built');
    await drag('temperature', 'room');
    assert.deepEqual(await rows(), ['state enum', 'place object', '  temperature float', '  room string']);
    await drag('room', 'state');
    assert.deepEqual(await rows(), ['room string', 'state enum', 'place object', '  temperature float']);
    assert.deepEqual(await fields(), [
      { name: 'room', type: 'string' },
      { name: 'state', type: 'enum', enum: ['on', 'off'] },
      { name: 'place', type: 'object', fields: [{ name: 'temperature', type: 'float' }] },
    ]);
  });

  async function drag(name: string, before: string): Promise<void> {
    const handle = (of: string) =>
      page.getByRole('group', { name: `Field ${of}`, exact: true }).locator('.sea-handle');
    await handle(name).hover();
    await page.mouse.down();
    // From below, as the list makes room on the side that the pointer comes from; then to where the row is by now.
    for (const below of [34, 0]) {
      const box = await handle(before).boundingBox();
      if (box === null) throw new Error(`${before} is not in sight`);
      await page.mouse.move(box.x + 6, box.y + below, { steps: 8 });
    }
    await page.mouse.up();
  }

  it('is one of two views of the same text, which stays as it was typed', async () => {
    await openDialog(page, 'by-hand');
    assert.deepEqual(await rows(), ['heat float']);
    assert.equal(await saved(), BY_HAND);
    await page.getByRole('tab', { name: 'JSON' }).click();
    await page.getByRole('tab', { name: 'Builder' }).click();
    assert.equal(await saved(), BY_HAND);
    await nameField(0).fill('warmth');
    await page.getByRole('textbox', { name: 'Version' }).fill('1.1');
    assert.equal(
      await saved(),
      JSON.stringify(
        { fields: [{ type: 'float', name: 'warmth', unit: 'K' }], version: '1.1' },
        undefined,
        2,
      ),
    );

    await page.getByRole('tab', { name: 'Builder' }).focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getByRole('tab', { name: 'JSON' }).getAttribute('aria-selected'), 'true');
    await typeJson('{ "version": 3, "fields": [{ "name": "b", "type": "date" }] }');
    await page.getByRole('tab', { name: 'Builder' }).click();
    assert.deepEqual(await rows(), ['b date']);
    await end(page.locator('#node-dialog-cancel'));
    assert.equal(await page.evaluate(() => RED.nodes.node('by-hand').changed ?? false), false);
  });

  it('keeps JSON that it cannot show, and says what is wrong with it', async () => {
    await openDialog(page, 'broken');
    const problem = page.locator('#sea-define-problem');
    const builder = page.getByRole('tab', { name: 'Builder' });
    assert.match(await problem.innerText(), /fields\[0\] should be a field/);
    await builder.click();
    assert.match(await problem.innerText(), /^The builder can show it once this is mended\. .*fields\[0\]/);
    assert.equal(await builder.getAttribute('aria-selected'), 'false');
    await end(page.locator('#node-dialog-cancel'));

    await openDialog(page, 'environment');
    assert.equal(await problem.isVisible(), false);
    await builder.click();
    assert.match(await problem.innerText(), /environment variables/);
  });

  it('marks each mistake at its field, with the reason', async () => {
    await openDialog(page, 'flawed');
    const mark = (field: Locator) => field.getAttribute('aria-invalid');
    assert.deepEqual(await rows(), ['a text', 'a enum']);
    assert.equal(await mark(nameField(1)), 'true');
    assert.equal(await nameField(1).getAttribute('title'), 'This name occurs twice.');
    assert.match((await nameField(1).getAttribute('class')) ?? '', /input-error/);
    const type = page.getByLabel('Type of a').first();
    assert.equal(await mark(type), 'true');
    assert.deepEqual(await page.locator(MISTAKES).allInnerTexts(), [
      'The definition names another stream than the node. The version is a number such as 2, or a text such as 1.2.0.',
      'There is no such type.',
      'This name occurs twice. An enum needs one value or more.',
    ]);
    await type.selectOption('float');
    await nameField(1).fill('b');
    await press('value');
    await page.getByLabel('Value', { exact: true }).fill('x');
    await press('Remove the name from the definition');
    await page.getByRole('textbox', { name: 'Version' }).fill('1');
    assert.deepEqual(await page.locator(MISTAKES).allInnerTexts(), []);
    assert.equal(await page.locator(`${DIALOG} [aria-invalid]`).count(), 0);
  });

  it('does not reproach a new field for its name before it was left', async () => {
    await openDialog(page, 'built');
    await press('Add a field');
    const mistakes = page.locator('.sea-field-mistake:not(:empty)');
    assert.equal(await mistakes.count(), 0);
    await page.getByLabel('Type of temperature').focus();
    assert.deepEqual(await mistakes.allInnerTexts(), ['A name is missing.']);
  });

  it('leads from the type of an enum to its values, and asks for one only once they were left', async () => {
    await openDialog(page, 'built');
    await press('Add a field');
    await page.keyboard.type('mode');
    await page.keyboard.press('Tab');
    await page.keyboard.type('enum');
    const mistakes = page.locator('.sea-field-mistake:not(:empty)');
    assert.equal(await mistakes.count(), 0);
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Value');
    await page.getByRole('textbox', { name: 'Version' }).focus();
    assert.deepEqual(await mistakes.allInnerTexts(), ['An enum needs one value or more.']);
  });

  it('leaves no blank value behind the last one', async () => {
    await openDialog(page, 'built');
    await page.getByLabel('Value', { exact: true }).nth(1).focus();
    await page.keyboard.press('Enter');
    const values = page.getByLabel('Value', { exact: true });
    assert.equal(await values.count(), 3);
    await page.keyboard.press('Enter');
    assert.equal(await values.count(), 3, 'one is enough');
    assert.deepEqual((await fields())[1], BOILER.fields[1]);
    await page.getByRole('textbox', { name: 'Version' }).focus();
    await values.nth(2).waitFor({ state: 'detached' });
    assert.deepEqual((await fields())[1], BOILER.fields[1]);
  });

  it('takes what has no field yet for unfinished, and says so when it is opened again', async () => {
    const mistakes = page.locator(MISTAKES);
    await openDialog(page, 'empty');
    await page.getByRole('radio', { name: 'Set here' }).check();
    assert.equal(await mistakes.count(), 0, 'nobody has begun');
    await end(page.locator('#node-dialog-ok'));
    assert.deepEqual(await faults('empty'), [false, 'The definition has no fields yet: add one.']);
    await openDialog(page, 'empty');
    assert.deepEqual(await mistakes.allInnerTexts(), ['The definition has no fields yet: add one.']);
    // Not within the fields, and so not where those begin.
    const left = async (place: Locator) => (await place.boundingBox())?.x;
    const version = page.locator('#sea-define-builder label').first();
    assert.equal(await left(mistakes), await left(version));
  });

  it('takes JSON that was emptied for a definition without a field, and not for one that comes with a message', async () => {
    const words = 'The definition has no fields yet: add one.';
    const isHere = page.getByRole('radio', { name: 'Set here' });
    await openDialog(page, 'by-hand');
    await page.getByRole('tab', { name: 'JSON' }).click();
    await typeJson('');
    await page.locator('#sea-define-problem').getByText(words).waitFor();
    await end(page.locator('#node-dialog-ok'));
    assert.deepEqual(await faults('by-hand'), [false, words]);
    await openDialog(page, 'by-hand');
    assert.equal(await isHere.isChecked(), true);

    await page.getByRole('tab', { name: 'JSON' }).click();
    await typeJson('');
    await page.getByRole('tab', { name: 'Builder' }).click();
    assert.deepEqual(await rows(), []);
    await press('Add a field');
    assert.equal(await page.getByRole('textbox', { name: 'Version' }).inputValue(), '1');
  });

  it('lets nothing pass that the dialog has said will be refused, and says it when it is opened again', async () => {
    const refused = 'Will be refused: version 2 is stored with other fields.';
    const advice = page.locator('.sea-advice').getByText(refused);
    await openDialog(page, 'later');
    await page.getByLabel('Type of temperature').selectOption('integer');
    await advice.waitFor();
    await end(page.locator('#node-dialog-ok'));
    assert.deepEqual(await faults('later'), [false, refused]);
    await openDialog(page, 'later');
    await advice.waitFor();
    await press('Raise the version to 3');
    await end(page.locator('#node-dialog-ok'));
    assert.deepEqual(await faults('later'), [true, '']);
  });

  it('gives back what a slip of the hand in the type has taken away', async () => {
    await openDialog(page, 'built');
    const type = page.getByLabel('Type of place');
    await type.selectOption('string');
    assert.deepEqual(await rows(), ['temperature float', 'state enum', 'place string']);
    await type.selectOption('object');
    assert.deepEqual(await fields(), BOILER.fields);
  });

  it('has nothing serious in the way of those who do not see it', async () => {
    await openDialog(page, 'flawed');
    assert.deepEqual(await seriousFindings(page, DIALOG), []);
    await press('From a sample…');
    await page.getByLabel('A message as JSON').fill('{ "heat": 21, "on": true }');
    assert.deepEqual(await seriousFindings(page, DIALOG), []);
    await page.getByLabel('Stream', { exact: true }).fill('kettle');
    await press('Changes');
    assert.deepEqual(await seriousFindings(page, DIALOG), []);
  });

  it('fits a narrow tray', async () => {
    await page.setViewportSize({ width: 700, height: 700 });
    await openDialog(page, 'built');
    await press('From a sample…');
    const { inner, outer } = await page.locator(DIALOG).evaluate((dialog) => {
      const outer = dialog.closest('.red-ui-tray-body')?.getBoundingClientRect().right ?? 0;
      const ends = [...dialog.querySelectorAll('*')].map((each) => each.getBoundingClientRect().right);
      return { inner: Math.max(...ends), outer };
    });
    assert.ok(inner <= outer, `${inner} <= ${outer}`);
  });
});
