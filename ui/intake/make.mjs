// Makes the one file that goes out to resellers from the sources beside this one: `npm run intake` writes it where the program includes it.
// Whoever builds the program needs neither Node nor this; a test makes the page again and compares.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
/** Where the program includes it. */
export const PLACE = at('../../src-tauri/crates/desk/src/intake/page.html');

const allowed = (/** @type {string} */ text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The whole page, but for its questions. */
export async function page() {
  const built = await build({
    configFile: false,
    root: at('.'),
    logLevel: 'error',
    build: { write: false, target: 'es2022', reportCompressedSize: false, lib: { entry: at('./page.ts'), formats: ['iife'], name: 'intake', fileName: 'page' } },
  });
  const bundle = Array.isArray(built) ? built[0] : built;
  if (!bundle || !('output' in bundle)) throw new Error('nothing was built');
  const code = bundle.output[0].code.trim();
  if (code.includes('</script') || code.includes('<!--')) throw new Error('the code would end its own element');
  const style = readFileSync(at('./page.css'), 'utf8').trim();
  /** @type {Record<string, string>} */
  const parts = { '%SCRIPT%': allowed(code), '%STYLE%': allowed(style), '%CSS%': style, '%JS%': code };
  return readFileSync(at('./page.html'), 'utf8').replace(/%(SCRIPT|STYLE|CSS|JS)%/g, (place) => parts[place] ?? place);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = await page();
  writeFileSync(PLACE, made);
  console.log(`wrote ${PLACE}: ${made.length} characters`);
}
