/** What the editor does with an admin node: its label, its dialog. */

import { catalogue, explain, nodeField, showWhenNoServer } from '../shared/editor/dialog.editor';
import type { EditorNode } from '../shared/editor/red.editor';
import { ADMIN_ACTIONS } from '../shared/wire/clients-api';
import type { AdminConfig } from './stream-sea-admin.config';
import { attachSubjectField } from './subject-field.editor';

export { labelStyle, onadd } from '../shared/editor/flow-node.editor';

export const t = catalogue('stream-sea-admin');

export function label(this: EditorNode<AdminConfig>): string {
  if (this.name) return this.name;
  const action = ADMIN_ACTIONS.find((each) => each === this.action);
  const what = action === undefined ? t('label.type') : t(`label.short.${action}`);
  return this.subject ? `${what}: ${this.subject}` : what;
}

export function oneditprepare(): void {
  showWhenNoServer();
  const action = nodeField('action');
  // A word that is no action is the message's to say.
  if (action.val() === null) action.val('');
  explain(action, $('#sea-admin-action-hint'), (option) => {
    const chosen = option === '' ? 'message' : option;
    return t(`hint.action.${chosen}`);
  });
  attachSubjectField(nodeField('subject'), $('#sea-admin-subject-label'), action);
}
