/**
 * Loaded by the editor of `npm run dev` alone: it loads itself anew once there is another build than the one it is of.
 * Where something is not deployed yet, Node-RED has the browser ask first.
 */

const ASKED_EVERY = 500;

let ours;

setInterval(async () => {
  const build = await fetch('dev-build', { signal: AbortSignal.timeout(5_000) })
    .then((response) => (response.ok ? response.text() : undefined))
    // While Node-RED is started again, nobody answers.
    .catch(() => undefined);
  if (build === undefined) return;
  ours ??= build;
  if (build !== ours) location.reload();
}, ASKED_EVERY);
