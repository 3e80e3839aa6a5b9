/** What the open server dialog holds, deployed or not, for what is tried with it. */

import { configField, textIn } from '../../shared/editor/dialog.editor';
import type { TestRequest } from '../../shared/wire/api';
import { CREDENTIALS, SERVER_DEFAULTS } from '../stream-sea-server.config';

/** What the editor shows for a saved password, which it never gets. */
export const STAND_IN = '__PWRD__';

/** All fields as they are now; a secret that the dialog shows by a stand-in is left to the runtime. */
export function inDialog(id: string): TestRequest {
  const fieldOf = (name: string) => configField(name);
  const settings = Object.keys(SERVER_DEFAULTS).map((name) => {
    const field = fieldOf(name);
    const value = field.is('[type=checkbox]') ? field.is(':checked') : textIn(field);
    // The option "none" of a config node.
    return [name, value === '_ADD_' ? '' : value];
  });
  const credentials = CREDENTIALS.map((name) => [name, textIn(fieldOf(name))]).filter(
    ([, value]) => value !== STAND_IN,
  );
  return { id, settings: Object.fromEntries(settings), credentials: Object.fromEntries(credentials) };
}
