/** What the editor does with a versions node: its label, its dialog. */

import { catalogue, nodeField, nodeLabel, showWhenNoServer } from '../shared/editor/dialog.editor';
import { attachStreamList, streamsIn } from '../shared/editor/fields/stream-list.editor';
import type { EditorNode, Size } from '../shared/editor/red.editor';
import type { VersionsConfig } from './stream-sea-versions.config';

export { labelStyle, onadd } from '../shared/editor/flow-node.editor';

export const t = catalogue('stream-sea-versions');

const MIN_LIST_HEIGHT = 120;

const list = () => nodeField('streams-container');

export function label(this: EditorNode<VersionsConfig>): string {
  return nodeLabel(
    { name: this.name ?? '' },
    t('label.type'),
    Array.isArray(this.streams) ? this.streams : [],
  );
}

export function oneditprepare(this: EditorNode<VersionsConfig>): void {
  showWhenNoServer();
  attachStreamList(list(), {
    items: this.streams ?? [],
    words: {
      stream: t('label.stream'),
      placeholder: t('placeholder.stream'),
      remove: t('label.remove'),
      add: t('label.add'),
    },
    nameOf: (stream) => stream,
  });
}

export function oneditsave(this: EditorNode<VersionsConfig>): void {
  this.streams = streamsIn(list()).map(({ name }) => name);
}

export function oneditresize(size: Size): void {
  const rows = $('.sea-versions-dialog > div:visible').not('.sea-list-row').toArray();
  const taken = rows.reduce((sum, row) => sum + ($(row).outerHeight(true) ?? 0), 0);
  const height = Math.max(MIN_LIST_HEIGHT, size.height - taken - 45);
  list().editableList('height', height);
}
