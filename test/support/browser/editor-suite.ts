/** A Node-RED of its own, and an editor on it, for all tests of a suite. */

import assert from 'node:assert/strict';
import { after, afterEach, before } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { type NodeRed, type NodeRedOptions, startNodeRed } from '../node-red/node-red';
import { type Editor, type EditorOptions, openBrowser, openEditor } from './browser';

export interface EditorSuiteOptions extends NodeRedOptions {
  /** How the editor is opened. */
  editor?: EditorOptions;
  /** What must have happened in Node-RED before the editor is opened. */
  prepare?(nodeRed: NodeRed): Promise<void>;
  /** Leaves what a test may have opened; what the page complains about meanwhile counts too. */
  leave?(): Promise<void>;
}

/** Before the suite's first test there is none of them. */
export interface EditorSuite {
  readonly nodeRed: NodeRed;
  readonly editor: Editor;
  readonly page: Page;
}

/**
 * Starts both before the tests of the suite that calls it, and closes both after them; after each test, the page must
 * have complained about nothing. Hooks that the suite adds after this come after those here.
 *
 * @param options or what makes them once the tests begin
 */
export function editorSuite(
  options: EditorSuiteOptions | (() => Promise<EditorSuiteOptions>) = {},
): EditorSuite {
  let browser: Browser | undefined;
  let nodeRed: NodeRed | undefined;
  let editor: Editor | undefined;
  let given: EditorSuiteOptions = {};

  before(async () => {
    given = typeof options === 'function' ? await options() : options;
    [browser, nodeRed] = await Promise.all([openBrowser(), startNodeRed(given)]);
    await given.prepare?.(nodeRed);
    editor = await openEditor(browser, nodeRed.url, given.editor);
  });

  after(() => Promise.all([browser?.close(), nodeRed?.close()]));

  afterEach(async () => {
    await given.leave?.();
    // Monaco's own complaint when its checker answers after the dialog is gone; the core's dialogs have it too.
    const errors = editor?.errors.filter((error) => !error.includes('Model is disposed!'));
    assert.deepEqual(errors, [], 'what the page complained about');
  });

  return {
    get nodeRed() {
      return there(nodeRed);
    },
    get editor() {
      return there(editor);
    },
    get page() {
      return there(editor).page;
    },
  };
}

function there<Part>(part: Part | undefined): Part {
  assert(part !== undefined, 'the suite has not begun');
  return part;
}
