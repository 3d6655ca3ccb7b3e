// The file that a reseller sends back: what was typed and the CIP, as the signed bag that CIP Desk reads, encrypted to whoever asked.
// Its form is the one of every bundle (a zip of stored files in order, BagIt, SSHSIG), under a namespace of its own. Knows no screen.

import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { Encrypter } from 'age-encryption';

/** What the page was told when it was made. */
export interface Questions {
  format: string;
  vault: string;
  asked_by: string;
  request: string;
  nonce: string;
  recipient: string;
  reseller: string;
  reseller_name: string;
  on: string;
  banners: string[];
  packs: string[];
  elements: Point[];
  attestations: Point[];
  /** The published schema of the answer, which goes along with it. */
  schema: string;
  words: string[];
}

/** One thing that is asked. */
export interface Point {
  id: string;
  label: string;
  text?: string;
  cite: string;
}

/** What was typed, as texts; CIP Desk checks each again. */
export interface Typed {
  answered_by: string;
  names: string[];
  address: string;
  email: string;
  buys_from: string;
  sells_on: { name: string; country: string }[];
  contacts: { name: string; title: string; email: string; phone: string }[];
  cip: { version: string; effective_from: string; file: string } | null;
  elements: Record<string, { standing: string; page: string | null }>;
  attestation: { on: string; signatory: string; statements: string[] } | null;
  counts: { as_of: string; customers: string; unverified: string } | null;
  ai_reporting: { as_of: string; ok: boolean } | null;
}

/** A file to be saved, and what is told by telephone. */
export interface Answer {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** `SHA256:...`, as ssh-keygen prints it. */
  fingerprint: string;
  /** Its first 88 bits as eight words. */
  words: string;
}

const NAMESPACE = 'cipdesk-intake-v1';
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Little-endian numbers, two or four bytes each. */
function numbers(...pairs: readonly (readonly [bytes: 2 | 4, value: number])[]): Uint8Array {
  const out = new DataView(new ArrayBuffer(pairs.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of pairs) {
    if (bytes === 2) out.setUint16(at, value, true);
    else out.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(out.buffer);
}

/** A string as SSH writes it: its length, big-endian, then its bytes. */
function ssh(value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === 'string' ? utf8(value) : value;
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return joined([length, bytes]);
}

/** A key that lives as long as the page. */
export class PageKey {
  readonly #secret = ed25519.utils.randomSecretKey();
  /** The public key as SSH writes it. */
  readonly blob = joined([ssh('ssh-ed25519'), ssh(ed25519.getPublicKey(this.#secret))]);

  get fingerprint(): string {
    return `SHA256:${base64(sha256(this.blob)).replace(/=+$/, '')}`;
  }

  /** The fingerprint's first 88 bits out of a list of 2,048 words, for the telephone. */
  words(list: readonly string[]): string {
    const bits = Array.from(sha256(this.blob).subarray(0, 11), (byte) => byte.toString(2).padStart(8, '0')).join('');
    return Array.from({ length: 8 }, (_, at) => list[parseInt(bits.slice(at * 11, at * 11 + 11), 2)] ?? '').join(' ');
  }

  /** An SSHSIG over a text, in the armour that ssh-keygen writes. */
  sign(message: Uint8Array): string {
    const about = [ssh(NAMESPACE), ssh(''), ssh('sha512')];
    const signature = ed25519.sign(joined([utf8('SSHSIG'), ...about, ssh(sha512(message))]), this.#secret);
    const version = new Uint8Array([0, 0, 0, 1]);
    const whole = joined([utf8('SSHSIG'), version, ssh(this.blob), ...about, ssh(joined([ssh('ssh-ed25519'), ssh(signature)]))]);
    const lines = base64(whole).match(/.{1,70}/g) ?? [];
    return `-----BEGIN SSH SIGNATURE-----\n${lines.join('\n')}\n-----END SSH SIGNATURE-----\n`;
  }
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The one form of a zip that a bundle has: stored, in order, dated with its day at midnight, by Unix. */
function zip(files: readonly (readonly [path: string, bytes: Uint8Array])[], day: string): Uint8Array<ArrayBuffer> {
  const [year = 1980, month = 1, date = 1] = day.split('-').map(Number);
  const dated = ((year - 1980) << 9) | (month << 5) | date;
  const out: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [path, bytes] of files) {
    const name = utf8(path);
    const common = numbers([2, 10], [2, 0], [2, 0], [2, 0], [2, dated], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length], [2, name.length], [2, 0]);
    directory.push(numbers([4, 0x02014b50], [2, (3 << 8) | 45]), common, numbers([4, 0], [2, 0], [4, (0o100644 << 16) >>> 0], [4, at]), name);
    out.push(numbers([4, 0x04034b50]), common, name, bytes);
    at += 30 + name.length + bytes.length;
  }
  const listed = joined(directory);
  return joined([...out, listed, numbers([4, 0x06054b50], [4, 0], [2, files.length], [2, files.length], [4, listed.length], [4, at], [2, 0])]);
}

const list = (files: readonly (readonly [path: string, bytes: Uint8Array])[]): Uint8Array => utf8(files.map(([path, bytes]) => `${hex(sha256(bytes))}  ${path}\n`).join(''));

const how = (name: string, principal: string, key: PageKey): string => `WHAT THIS IS

Answer ${name} to a request by file, made by the page that CIP Desk wrote, signed with a key of that page alone:

    ${key.fingerprint}

Whoever asked compares this fingerprint with the sender by another way, such as the telephone. To check the signature and the files
with OpenSSH and coreutils, inside the folder ${name}:

    ssh-keygen -Y verify -f allowed_signers -I ${principal} -n ${NAMESPACE} -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt
    sha256sum -c --strict --quiet tagmanifest-sha256.txt && sha256sum -c --strict --quiet manifest-sha256.txt
`;

/** Signs what was typed, with the CIP document where there is one, and encrypts it to whoever asked. `day` is the day here, `YYYY-MM-DD`. */
export async function seal(questions: Questions, typed: Typed, cip: Uint8Array | null, key: PageKey, day: string): Promise<Answer> {
  const number = hex(crypto.getRandomValues(new Uint8Array(16)));
  const name = `${questions.request}-${number.slice(0, 8)}`;
  const principal = `${questions.reseller}.${number.slice(0, 8)}@intake`;
  const { format, vault, request, nonce, reseller } = questions;
  const answers = utf8(`${JSON.stringify({ format, vault, request, nonce, answer: number, reseller, ...typed }, null, 1)}\n`);
  const payload: [string, Uint8Array][] = [
    ['data/answers.json', answers],
    ['data/answers.schema.json', utf8(questions.schema)],
  ];
  if (cip) payload.push(['data/documents/cip.bin', cip]);
  const bytes = payload.reduce((sum, [, one]) => sum + one.length, 0);
  const info = [
    ['Bagging-Date', day],
    ['CIP-Bundle-Kind', 'intake'],
    ['Payload-Oxum', `${bytes}.${payload.length}`],
    ['CIP-Bundle-Format', 'cipdesk-bundle/1'],
    ['CIP-Bundle-Name', name],
  ];
  const before: [string, Uint8Array][] = [
    ['VERIFY.txt', utf8(how(name, principal, key))],
    ['allowed_signers', utf8(`${principal} namespaces="${NAMESPACE}" ssh-ed25519 ${base64(key.blob)}\n`)],
    ['bag-info.txt', utf8(info.map(([label, value]) => `${label}: ${value}\n`).join(''))],
    ['bagit.txt', utf8('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n')],
  ];
  const manifest: [string, Uint8Array] = ['manifest-sha256.txt', list(payload)];
  const tags = list([...before, manifest]);
  const files: [string, Uint8Array][] = [...before, ...payload, manifest, ['tagmanifest-sha256.txt', tags], ['tagmanifest-sha256.txt.sig', utf8(key.sign(tags))]];
  const encrypter = new Encrypter();
  encrypter.addRecipient(questions.recipient);
  const sealed = await encrypter.encrypt(
    zip(
      files.map(([path, one]) => [`${name}/${path}`, one] as const),
      day,
    ),
  );
  return { name: `${name}.bundle.zip.age`, bytes: joined([sealed]), fingerprint: key.fingerprint, words: key.words(questions.words) };
}
