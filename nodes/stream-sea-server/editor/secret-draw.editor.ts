/** A secret that is drawn for the clients of an embedded server. */

import { copyRow } from '../../shared/editor/copy-row.editor';
import { t } from '../../shared/editor/dialog.editor';
import { hint } from '../../shared/editor/dom.editor';

const SECRET_BYTES = 24;

/** The button that draws one, and shows it this once: nobody, not even the editor, sees it again once saved. */
export function attachSecretDraw(draw: JQuery, secret: JQuery, place: JQuery): void {
  draw.on('click', () => {
    const drawn = drawSecret();
    secret.val(drawn).trigger('change');
    place.empty().append(copyRow(drawn, t('label.clientSecret')), hint(t('hint.drawn')));
  });
  secret.on('input', () => place.empty());
}

/** In letters that need no escaping anywhere. */
function drawSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}
