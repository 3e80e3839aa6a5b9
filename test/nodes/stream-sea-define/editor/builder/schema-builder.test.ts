/** The define dialog's schema builder, by mouse and by keyboard, in a real editor on a real Node-RED. */

import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { seriousFindings } from '../../../../support/browser/axe';
import { openDialog } from '../../../../support/browser/browser';
import { editorSuite } from '../../../../support/browser/editor-suite';
import { AdminApi } from '../../../../support/node-red/admin';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  nodes: {
    node(id: string): { schema: string; valid: boolean; changed: boolean; validationErrors?: string[] };
  };
};
declare const monaco: { editor: { getModels(): unknown[] } };

const BOILER = {
  version: 2,
  fields: [
    { name: 'temperature', type: 'float' },
    { name: 'state', type: 'enum', enum: ['on', 'off'] },
    { name: 'place', type: 'object', fields: [{ name: 'room', type: 'string' }] },
  ],
};

/** Of a hand that writes JSON its own way, with a key that means nothing. */
const BY_HAND = '{"fields": [ {"type":"float", "name":"heat", "unit": "K"} ],  "version":"1.0"}';

const define = (id: string, y: number, more: object) => {
  return { id, type: 'stream-sea-define', z: 'flow', server: 'sea', x: 150, y, wires: [[]], ...more };
};

const FLOW = [
  { id: 'flow', type: 'tab', label: 'Flow' },
  { id: 'sea', type: 'stream-sea-server' },
  define('new', 40, { stream: 'boiler' }),
  define('built', 80, { stream: 'boiler', schema: JSON.stringify(BOILER) }),
  define('by-hand', 120, { stream: 'kettle', schema: BY_HAND }),
  define('broken', 160, { schema: '{ "version": 1, "fields": [7] }' }),
  define('flawed', 200, {
    stream: 'boiler',
    schema: JSON.stringify({
      ...{ name: 'kettle', version: '' },
      fields: [
        { name: 'a', type: 'text' },
        { name: 'a', type: 'enum', enum: [] },
      ],
    }),
  }),
  define('environment', 240, { schema: '{ "version": ${VERSION}, "fields": [] }' }),
  define('empty', 40, { stream: 'kettle', x: 400 }),
  define('later', 80, { stream: 'boiler', schema: JSON.stringify(BOILER), x: 400 }),
  // What is stored, and a message that has passed.
  define('stored', 300, { stream: 'boiler', schema: JSON.stringify(BOILER), wires: [['message']] }),
  {
    id: 'start',
    type: 'inject',
    z: 'flow',
    once: true,
    onceDelay: 0.1,
    props: [],
    x: 50,
    y: 300,
    wires: [['stored']],
  },
  {
    ...{ id: 'message', type: 'change', z: 'flow', x: 300, y: 300, wires: [['out']] },
    rules: [
      {
        t: 'set',
        p: 'payload',
        pt: 'msg',
        to: '{"temperature":90.5,"since":"2026-11-22T09:30:00Z"}',
        tot: 'json',
      },
    ],
  },
  {
    id: 'out',
    type: 'stream-sea-out',
    z: 'flow',
    server: 'sea',
    stream: 'boiler',
    x: 450,
    y: 300,
    wires: [['done']],
  },
  { id: 'finished', type: 'complete', z: 'flow', scope: ['out'], x: 150, y: 360, wires: [['say']] },
  { id: 'say', type: 'debug', z: 'flow', console: true, tosidebar: false, x: 300, y: 360, wires: [] },
];

const DIALOG = '.sea-define-dialog';
/** Of the whole definition, and of its fields. */
const MISTAKES = '#sea-define-builder > [role=status]:not(:empty), .sea-field-mistake:not(:empty)';

describe('the schema builder', function () {
  this.timeout(240_000);

  const suite = editorSuite({
    flows: FLOW,
    editor: { height: 1000 },
    prepare: (nodeRed) => nodeRed.prints(/temperature/),
    // One editor for all: each test cancels what it has done, so that the next finds the flows as they were loaded.
    leave: async () => {
      const cancel = page.locator('#node-dialog-cancel');
      if (await cancel.isVisible()) await end(cancel);
      assert.equal(await page.evaluate(() => monaco.editor.getModels().length), 0, 'a code editor is left');
    },
  });
  let page: Page;

  before(() => {
    page = suite.page;
  });

  async function end(button: Locator): Promise<void> {
    await button.click();
    await button.waitFor({ state: 'detached' });
  }

  /** What Done would save. */
  function saved(): Promise<string> {
    return page.locator('#node-input-schema').inputValue();
  }

  async function fields(): Promise<unknown[]> {
    return JSON.parse(await saved()).fields;
  }

  /** `name type` of each row, indented by depth. */
  function rows(): Promise<string[]> {
    return page.locator('.sea-field').evaluateAll((items) =>
      items.map((item) => {
        // No function with a name in here: the compiler would want its own helper for it in the page.
        let indent = '';
        for (let at = item.parentElement; at !== null; at = at.parentElement) {
          if (at.matches('.sea-nested')) indent += '  ';
        }
        const row = item.querySelector('.sea-field-row');
        const name = row?.querySelector('input')?.value;
        return `${indent}${name} ${row?.querySelector('select')?.value}`;
      }),
    );
  }

  const nameField = (at: number) =>
    page.locator('.sea-field').getByRole('textbox', { name: 'Name', exact: true }).nth(at);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const notice = () => page.locator('#sea-define-notice');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  const focusedText = () => page.evaluate(() => document.activeElement?.textContent?.trim());

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

  async function typeJson(text: string): Promise<void> {
    await page.locator('#node-input-schema-editor .monaco-editor').click();
    await page.keyboard.press('ControlOrMeta+A');
    // Monaco puts brackets around what is selected.
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(text);
  }

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

  /** Whether Node-RED takes a node for valid, and why not. */
  function faults(id: string): Promise<[boolean, string]> {
    return page.evaluate((key) => {
      const { valid, validationErrors = [] } = RED.nodes.node(key);
      return [valid, validationErrors.join()];
    }, id);
  }

  it('gives back what a slip of the hand in the type has taken away', async () => {
    await openDialog(page, 'built');
    const type = page.getByLabel('Type of place');
    await type.selectOption('string');
    assert.deepEqual(await rows(), ['temperature float', 'state enum', 'place string']);
    await type.selectOption('object');
    assert.deepEqual(await fields(), BOILER.fields);
  });

  it('takes fields from a sample, and says where it leaves a doubt', async () => {
    await openDialog(page, 'new');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await press('From a sample…');
    const sample = page.getByLabel('A message as JSON');
    const use = page.getByRole('button', { name: 'Use these fields' });
    await sample.fill('{ "heat": 21.5, ');
    assert.match(await page.locator('.sea-panel-result').innerText(), /^Not JSON/);
    assert.equal(await use.isDisabled(), true);
    await sample.fill(
      '{ "heat": 21.5, "at": "2026-11-22T09:30:00.000Z", "on": true, "list": [{ "a": 1 }, { "b": "x" }] }',
    );
    assert.deepEqual(await page.locator('.sea-notes li strong').allInnerTexts(), ['at', 'on', 'list[].a']);
    await use.click();
    assert.deepEqual(await rows(), [
      'heat float',
      'at date',
      'list array<object>',
      '  a integer',
      '  b string',
    ]);

    assert.equal(await notice().locator('li').count(), 3, 'the doubts stay in sight');

    await press('From a sample…');
    await sample.fill('{ "heat": "x", "new": "y" }');
    await press('Add those that are new');
    assert.deepEqual((await rows()).at(-1), 'new string');
    assert.equal((await rows())[0], 'heat float');
    await press('Undo');
    assert.equal((await rows()).length, 5);
  });

  it('takes fields from the last message that passed', async () => {
    await openDialog(page, 'new');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await press('From a sample…');
    await press('Take the last message that passed');
    // More than one: the first may pass before the question has come to the runtime.
    const publishing = setInterval(() => void new AdminApi(suite.nodeRed.url).post('inject/start'), 300);
    const use = page.getByRole('button', { name: 'Use these fields' });
    await use.click();
    clearInterval(publishing);
    assert.deepEqual(await rows(), ['temperature float', 'since date']);
    assert.match(await notice().innerText(), /^Fields taken from the sample: 2\./);
  });

  it('loads what is stored, tells what would change, and raises the version', async () => {
    await openDialog(page, 'new');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await press('Load from server');
    await page.getByText('Loaded from the server: version 2.').waitFor();
    assert.deepEqual(JSON.parse(await saved()), BOILER);

    const panel = page.locator('#sea-define-panel');
    await press('Changes');
    await panel.getByText('Nothing changes: version 2 is stored with these fields.').waitFor();
    await page.getByLabel('Type of temperature').selectOption('integer');
    await press('Remove state');
    assert.match(await panel.innerText(), /Will be refused: version 2 is stored with other fields\./);
    assert.deepEqual(
      (await panel.locator('li').allInnerTexts()).map((text) => text.trim()),
      ['temperature becomes integer, was float', 'state is removed (enum)'],
    );
    await press('Raise the version to 3');
    assert.match(await panel.innerText(), /Version 3 takes the place of version 2\./);
    await page.getByRole('textbox', { name: 'Version' }).fill('1');
    assert.match(await panel.innerText(), /the stored version 2 is higher than 1/);
    await page.getByRole('textbox', { name: 'Version' }).fill('');
    assert.match(await panel.innerText(), /mistakes/);
  });

  it('says at the first change that the version has to rise, and raises it', async () => {
    const advice = page.locator('.sea-advice');
    await openDialog(page, 'built');
    assert.equal(await advice.innerText(), 'Other fields need a higher version.');
    await page.getByLabel('Type of temperature').selectOption('integer');
    await advice.getByText('Will be refused: version 2 is stored with other fields.').waitFor();
    assert.deepEqual(await seriousFindings(page, DIALOG), []);
    await press('Raise the version to 3');
    assert.equal(JSON.parse(await saved()).version, 3);
    assert.equal(await advice.innerText(), 'Other fields need a higher version.');
    assert.equal(await focusedText(), 'Undo', 'the way back, as what was pressed is gone');
    await page.keyboard.press('Enter');
    await advice.getByText('Will be refused: version 2').waitFor();
    await press('Changes');
    assert.equal(await advice.innerText(), 'Other fields need a higher version.', 'the panel tells it');
    await press('Close');
    await advice.getByText('Will be refused: version 2').waitFor();
    await page.getByLabel('Stream', { exact: true }).fill('another');
    await page.getByLabel('Stream', { exact: true }).blur();
    await advice.getByText('Other fields need a higher version.').waitFor();
  });

  it('leaves the focus where somebody presses', async () => {
    await openDialog(page, 'new');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await page.getByRole('button', { name: 'Load from server' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Loaded from the server: version 2.').waitFor();
    assert.equal(await focusedText(), 'Load from server');
    await press('From a sample…');
    await page.getByLabel('A message as JSON').fill('{ "heat": 1.5 }');
    await press('Replace all fields');
    assert.equal(await focusedText(), 'From a sample…');
  });

  it('says whom it would have to ask, while there is nobody', async () => {
    await openDialog(page, 'broken');
    await press('Load from server');
    assert.equal(await notice().innerText(), 'Fill in the stream first.');
    await page.getByLabel('Stream', { exact: true }).fill('nowhere');
    await press('Load from server');
    await page.getByText('The server has no such stream yet.').waitFor();
    await page.locator('#node-input-server').selectOption({ index: 1 });
    await press('Load from server');
    assert.equal(await notice().innerText(), 'Choose a server first.');
  });

  it('drops the request that is under way when the dialog is closed', async () => {
    await page.route('**/definition*', () => {}, { times: 1 });
    await openDialog(page, 'built');
    const asked = page.waitForRequest(/\/definition/);
    await press('Changes');
    await asked;
    const ended = page.waitForEvent('requestfailed', (request) => request.url().includes('/definition'));
    await end(page.locator('#node-dialog-cancel'));
    assert.match((await ended).failure()?.errorText ?? '', /ABORTED/);
    await page.unrouteAll();
  });

  it('saves what is built, and Node-RED takes it for valid', async () => {
    await openDialog(page, 'new');
    await page.getByRole('radio', { name: 'Set here' }).check();
    await page.getByLabel('Stream', { exact: true }).fill('teapot');
    await press('Add a field');
    await page.keyboard.type('heat');
    await end(page.locator('#node-dialog-ok'));
    const { schema, valid } = await page.evaluate(() => {
      const node = RED.nodes.node('new');
      return { schema: node.schema, valid: node.valid };
    });
    assert.deepEqual(JSON.parse(schema), { version: 1, fields: [{ name: 'heat', type: 'string' }] });
    assert.equal(valid, true);
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
