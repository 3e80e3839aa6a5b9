/** A define dialog in a real editor, with definitions to open it on, and what a test of its schema builder sees and does there. */

import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { type EditorSuite, editorSuite } from '../../../../support/browser/editor-suite';

/** Node-RED's editor, for what runs in the page. */
declare const RED: {
  nodes: {
    node(id: string): { schema: string; valid: boolean; changed: boolean; validationErrors?: string[] };
  };
};
declare const monaco: { editor: { getModels(): unknown[] } };

export const BOILER = {
  version: 2,
  fields: [
    { name: 'temperature', type: 'float' },
    { name: 'state', type: 'enum', enum: ['on', 'off'] },
    { name: 'place', type: 'object', fields: [{ name: 'room', type: 'string' }] },
  ],
};

/** Of a hand that writes JSON its own way, with a key that means nothing. */
export const BY_HAND = '{"fields": [ {"type":"float", "name":"heat", "unit": "K"} ],  "version":"1.0"}';

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

export const DIALOG = '.sea-define-dialog';
/** Of the whole definition, and of its fields. */
export const MISTAKES = '#sea-define-builder > [role=status]:not(:empty), .sea-field-mistake:not(:empty)';

/** Starts all of it before the tests of the suite that calls it, and closes it after them. */
export function schemaBuilderSuite() {
  const suite: EditorSuite = editorSuite({
    flows: FLOW,
    editor: { height: 1000 },
    prepare: (nodeRed) => nodeRed.prints(/temperature/),
    // One editor for all: each test cancels what it has done, so that the next finds the flows as they were loaded.
    leave: async () => {
      const cancel = suite.page.locator('#node-dialog-cancel');
      if (await cancel.isVisible()) await end(cancel);
      assert.equal(
        await suite.page.evaluate(() => monaco.editor.getModels().length),
        0,
        'a code editor is left',
      );
    },
  });

  async function end(button: Locator): Promise<void> {
    await button.click();
    await button.waitFor({ state: 'detached' });
  }

  /** What Done would save. */
  function saved(): Promise<string> {
    return suite.page.locator('#node-input-schema').inputValue();
  }

  async function fields(): Promise<unknown[]> {
    return JSON.parse(await saved()).fields;
  }

  /** `name type` of each row, indented by depth. */
  function rows(): Promise<string[]> {
    return suite.page.locator('.sea-field').evaluateAll((items) =>
      items.map((item) => {
        // No function with a name in here: the compiler would want its own helper for it in the suite.page.
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
    suite.page.locator('.sea-field').getByRole('textbox', { name: 'Name', exact: true }).nth(at);
  const press = (name: string) => suite.page.getByRole('button', { name, exact: true }).click();
  const notice = () => suite.page.locator('#sea-define-notice');
  const focused = () => suite.page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  const focusedText = () => suite.page.evaluate(() => document.activeElement?.textContent?.trim());

  /** Whether Node-RED takes a node for valid, and why not. */
  function faults(id: string): Promise<[boolean, string]> {
    return suite.page.evaluate((key) => {
      const { valid, validationErrors = [] } = RED.nodes.node(key);
      return [valid, validationErrors.join()];
    }, id);
  }

  async function typeJson(text: string): Promise<void> {
    await suite.page.locator('#node-input-schema-editor .monaco-editor').click();
    await suite.page.keyboard.press('ControlOrMeta+A');
    // Monaco puts brackets around what is selected.
    await suite.page.keyboard.press('Delete');
    await suite.page.keyboard.insertText(text);
  }

  return {
    suite,
    end,
    saved,
    fields,
    rows,
    nameField,
    press,
    notice,
    focused,
    focusedText,
    faults,
    typeJson,
  };
}
