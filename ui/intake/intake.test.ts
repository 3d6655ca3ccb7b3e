// @vitest-environment node
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { PageKey, seal, type Questions, type Typed } from './answer';
import { PLACE, page } from './make.mjs';

const words = Array.from({ length: 2048 }, (_, n) => `w${n}`);

async function questions(): Promise<Questions & { identity: string }> {
  const identity = await generateIdentity();
  const recipient = await identityToRecipient(identity);
  return { identity, recipient, format: 'cipdesk-intake/1', vault: 'v', asked_by: 'Acme', request: 'IN-0001', nonce: '0'.repeat(32), reseller: 'RS-0001', reseller_name: 'Lion', on: '2026-11-20', banners: [], packs: [], elements: [], attestations: [], schema: '{}\n', words };
}

const typed: Typed = { answered_by: 'Mei Tan', names: [], address: '', email: '', buys_from: '', sells_on: [], contacts: [], cip: null, elements: {}, attestation: null, counts: null, ai_reporting: null };

test('the page that the program includes is the one that these sources make', async () => {
  expect(readFileSync(PLACE, 'utf8') === (await page()), 'npm run intake writes it').toBe(true);
});

test('the page allows its own code and style and nothing else, and asks nobody for anything', async () => {
  const html = readFileSync(PLACE, 'utf8');
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*|data:|blob:/);
  for (const [kind, tag] of [['script', 'script'], ['style', 'style']] as const) {
    const text = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html)?.[1] ?? '';
    expect(text.length).toBeGreaterThan(1000);
    expect(policy).toContain(`${kind}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  }
  expect(html.replace(/<script[\s\S]*?<\/script>/g, '')).not.toMatch(/(src|href)=/);
});

test('an answer opens for whoever asked, names its key, and is signed as OpenSSH would sign it', async () => {
  const asked = await questions();
  const key = new PageKey();
  const cip = new TextEncoder().encode('%PDF-1.7 a CIP');
  const answer = await seal(asked, { ...typed, cip: { version: '1', effective_from: '2026-01-01', file: 'CIP.pdf' } }, cip, key, '2026-11-24');
  expect(answer.name).toMatch(/^IN-0001-[0-9a-f]{8}\.bundle\.zip\.age$/);
  expect(answer.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  expect(answer.words.split(' ')).toHaveLength(8);
  const decrypter = new Decrypter();
  decrypter.addIdentity(asked.identity);
  const zip = Buffer.from(await decrypter.decrypt(answer.bytes));
  const files = stored(zip);
  expect([...files.keys()].map((path) => path.slice(path.indexOf('/') + 1))).toEqual(['VERIFY.txt', 'allowed_signers', 'bag-info.txt', 'bagit.txt', 'data/answers.json', 'data/answers.schema.json', 'data/documents/cip.bin', 'manifest-sha256.txt', 'tagmanifest-sha256.txt', 'tagmanifest-sha256.txt.sig']);
  const find = (end: string): Buffer => [...files].find(([path]) => path.endsWith(end))?.[1] ?? Buffer.alloc(0);
  const told = JSON.parse(find('answers.json').toString()) as Record<string, unknown>;
  expect(told).toMatchObject({ vault: 'v', request: 'IN-0001', reseller: 'RS-0001', answered_by: 'Mei Tan' });
  expect(String(told.answer)).toMatch(/^[0-9a-f]{32}$/);
  const armour = find('.sig').toString();
  expect(armour.split('\n').slice(1, -3).every((line) => line.length === 70)).toBe(true);
  const raw = Buffer.from(armour.replace(/-----.*-----|\n/g, ''), 'base64');
  const string = (bytes: Uint8Array | string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, Buffer.from(bytes as string)]);
  };
  const digest = createHash('sha512').update(find('tagmanifest-sha256.txt')).digest();
  const said = Buffer.concat([Buffer.from('SSHSIG'), string('cipdesk-intake-v1'), string(''), string('sha512'), string(digest)]);
  expect(ed25519.verify(raw.subarray(-64), said, key.blob.subarray(-32))).toBe(true);
});

test('two answers are never signed with one number of their own', async () => {
  const asked = await questions();
  const names = await Promise.all([1, 2].map(async () => (await seal(asked, typed, null, new PageKey(), '2026-11-24')).name));
  expect(names[0]).not.toBe(names[1]);
});

/** The files of a zip in which everything is stored. */
function stored(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let at = 0;
  while (zip.readUInt32LE(at) === 0x04034b50) {
    const [size, name] = [zip.readUInt32LE(at + 18), zip.readUInt16LE(at + 26)];
    const start = at + 30 + name;
    files.set(zip.toString('utf8', at + 30, start), zip.subarray(start, start + size));
    at = start + size;
  }
  return files;
}
