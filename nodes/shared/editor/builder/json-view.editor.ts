/** JSON text, in Node-RED's code editor. */

import { tidyJson } from '../../../../src/protocol/json';
import type { TextEditor } from '../red.editor';

const MIN_HEIGHT = 150;

/** A code editor lives on until it is destroyed, even when its dialog is long gone. */
export class JsonView {
  readonly #element: HTMLElement;
  readonly #changed: (text: string) => void;
  #editor: TextEditor | undefined;

  constructor(element: HTMLElement, changed: (text: string) => void) {
    this.#element = element;
    this.#changed = changed;
  }

  open(text: string): void {
    this.close();
    const editor = RED.editor.createEditor({ id: this.#element.id, mode: 'ace/mode/json', value: text });
    this.#editor = editor;
    // Monaco tells of changes with a delay, which may outlast the editor.
    editor.getSession().on('change', () => {
      if (this.#editor === editor) this.#changed(editor.getValue());
    });
  }

  /** What is in it now, as Monaco tells of the last keys with a delay; `known` while it is closed. */
  typed(known: string): string {
    return tidyJson(this.#editor?.getValue() ?? known);
  }

  resize(height: number): void {
    this.#element.style.height = `${Math.max(MIN_HEIGHT, height)}px`;
    this.#editor?.resize();
  }

  close(): void {
    this.#editor?.destroy();
    this.#editor = undefined;
    this.#element.replaceChildren();
  }
}
