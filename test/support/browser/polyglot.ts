/**
 * An editor in one language after the other: another editor for each would have to fetch and compile all of Node-RED's
 * scripts.
 */

import type { Browser, CDPSession } from 'playwright-core';
import { type Editor, openEditor, reloadEditor } from './browser';

export class Polyglot {
  readonly editor: Editor;
  readonly #devTools: CDPSession;

  private constructor(editor: Editor, devTools: CDPSession) {
    this.editor = editor;
    this.#devTools = devTools;
  }

  static async open(browser: Browser, url: string): Promise<Polyglot> {
    const editor = await openEditor(browser, url, { locale: null });
    return new Polyglot(editor, await editor.page.context().newCDPSession(editor.page));
  }

  /** Loads it anew, as in the browser of somebody who reads that language. */
  async speak(locale: string): Promise<void> {
    const userAgent = await this.editor.page.evaluate(() => navigator.userAgent);
    await this.#devTools.send('Emulation.setUserAgentOverride', { userAgent, acceptLanguage: locale });
    // It is set only where none is.
    await this.#devTools.send('Emulation.setLocaleOverride', {});
    await this.#devTools.send('Emulation.setLocaleOverride', { locale });
    await reloadEditor(this.editor);
  }
}
