// `node --import …/register.mjs dist/main/app.js`: what imports `electron` gets the stand-in.
import { registerHooks } from 'node:module';

// So does what asks Windows itself (main/shell/windows/desktop-facts.ts, in a chunk of its own).
const standIn = new URL('./electron.ts', import.meta.url).href;
const windows = new URL('./windows-desktop.ts', import.meta.url).href;

function placeOf(specifier) {
  if (specifier === 'electron') return standIn;
  return /\/desktop-facts-[\w-]+\.js$/.test(specifier) ? windows : undefined;
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    const url = placeOf(specifier);
    return url === undefined ? nextResolve(specifier, context) : { url, shortCircuit: true };
  },
});
