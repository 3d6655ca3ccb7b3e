// The page that a reseller fills in: it shows what is asked, says what is missing, and hands out the signed and encrypted answer.
// Everything is drawn as text; nothing is loaded, stored or sent.

import { PageKey, seal, type Point, type Questions, type Typed } from './answer';

const LARGEST = 64 << 20;

// A page that was opened from a disk has no WebCrypto in some browsers. The age library then does its own arithmetic, if it is told so
// by the error that it knows.
if (!('subtle' in crypto) || !crypto.subtle) {
  const none = () => Promise.reject(new DOMException('no WebCrypto here', 'NotSupportedError'));
  Object.defineProperty(crypto, 'subtle', { value: new Proxy({}, { get: () => none }) });
}

function at<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(id);
  return found as T;
}
const questions = JSON.parse(at('questions').textContent ?? '') as Questions;
const field = (id: string): string => at<HTMLInputElement>(id).value.trim();
const show = (id: string, text: string): void => void (at(id).textContent = text);

function make<K extends keyof HTMLElementTagNameMap>(kind: K, text = '', into?: HTMLElement): HTMLElementTagNameMap[K] {
  const made = document.createElement(kind);
  made.textContent = text;
  into?.append(made);
  return made;
}

/** The day here, as `YYYY-MM-DD`. */
function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

show('who', `${questions.asked_by} · request ${questions.request} of ${questions.on}`);
show('intro', `${questions.asked_by} asks ${questions.reseller_name} (${questions.reseller}) about its customer identification program (CIP), its customers and its resale.`);
show('banner', questions.banners.join(' '));
show('packs', questions.packs.join(', '));
show('recipient', questions.recipient);
for (const one of document.querySelectorAll('.asker')) one.textContent = questions.asked_by;
document.title = `${questions.request}: a request of ${questions.asked_by}`;

/** Rows that somebody adds: a name for each column. */
function rows(into: string, add: string, columns: Record<string, string>): () => Record<string, string>[] {
  const place = at(into);
  const append = (): void => {
    const row = make('div', '', place);
    row.className = 'row';
    for (const [name, label] of Object.entries(columns)) {
      const input = make('input', '', make('label', label, row));
      input.dataset.name = name;
      input.maxLength = 300;
    }
  };
  at(add).addEventListener('click', () => {
    append();
    place.lastElementChild?.querySelector('input')?.focus();
  });
  append();
  return () =>
    Array.from(place.children, (row) => Object.fromEntries(Array.from(row.querySelectorAll('input'), (input) => [input.dataset.name ?? '', input.value.trim()]))).filter((row) => Object.values(row).some(Boolean));
}
const contacts = rows('contacts', 'add_contact', { name: 'Name', title: 'Title', email: 'E-mail address', phone: 'Telephone, with country code' });
const sales = rows('sells_on', 'add_sale', { name: 'Name', country: 'Country' });

function element(point: Point): void {
  const row = make('tr', '', at('elements'));
  const what = make('td', point.label, row);
  // The numbers of duties are the asker's own.
  make('small', [point.text?.replace(/ ?\(D-[^)]*\)/g, ''), point.cite].filter(Boolean).join(' '), what);
  const choice = make('select', '', make('td', '', row));
  for (const [value, label] of [['', 'No answer'], ['met', 'It is there'], ['missing', 'It is missing'], ['unclear', 'Not clear']] as const) make('option', label, choice).value = value;
  choice.id = `standing_${point.id}`;
  choice.setAttribute('aria-label', `${point.label}: in your CIP`);
  const page = make('input', '', make('td', '', row));
  page.id = `page_${point.id}`;
  page.maxLength = 60;
  page.setAttribute('aria-label', `${point.label}: page`);
}
questions.elements.forEach(element);

for (const point of questions.attestations) {
  const label = make('label', '', at('attestations'));
  label.className = 'check';
  const box = make('input', '', label);
  box.type = 'checkbox';
  box.id = `attest_${point.id}`;
  const text = make('span', point.label, label);
  make('small', point.cite, text);
}

/** What is missing or cannot be, each with the field it is about. */
type Problem = readonly [id: string, what: string];

function typed(file: File | undefined): { typed: Typed; problems: Problem[] } {
  const problems: Problem[] = [];
  const past = (id: string, what: string): void => {
    if (!field(id)) problems.push([id, `${what}: write the day.`]);
    else if (field(id) > today()) problems.push([id, `${what}: the day lies in the future.`]);
  };
  if (!field('answered_by')) problems.push(['answered_by', 'Write your name and title.']);
  const cip = file || field('cip_version') || field('cip_from') ? { version: field('cip_version'), effective_from: field('cip_from'), file: file?.name ?? '' } : null;
  if (cip && !file) problems.push(['cip_file', 'Your CIP: choose the document.']);
  if (file && file.size === 0) problems.push(['cip_file', 'Your CIP: the document is empty.']);
  if (file && file.size > LARGEST) problems.push(['cip_file', `Your CIP: the document has ${Math.ceil(file.size / 1048576)} MB, and 64 MB is the most.`]);
  if (cip && !cip.version) problems.push(['cip_version', 'Your CIP: write its version.']);
  if (cip && !cip.effective_from) problems.push(['cip_from', 'Your CIP: write the day from which it is in force.']);
  const elements: Typed['elements'] = {};
  for (const point of questions.elements) {
    const standing = field(`standing_${point.id}`);
    const page = field(`page_${point.id}`);
    if (standing) elements[point.id] = { standing, page: page || null };
    if (standing === 'met' && !page) problems.push([`page_${point.id}`, `${point.label}: write the page where it stands.`]);
    if (!standing && page) problems.push([`standing_${point.id}`, `${point.label}: choose how it stands.`]);
  }
  const statements = questions.attestations.filter((point) => at<HTMLInputElement>(`attest_${point.id}`).checked).map((point) => point.id);
  const attestation = statements.length ? { on: field('attested_on'), signatory: field('attested_by'), statements } : null;
  if (attestation && !attestation.signatory) problems.push(['attested_by', 'What you attest: write who signs, with title.']);
  if (attestation) past('attested_on', 'What you attest');
  const counts = field('customers') || field('unverified') || field('counts_on') ? { as_of: field('counts_on'), customers: field('customers'), unverified: field('unverified') } : null;
  if (counts) {
    past('counts_on', 'Your customers');
    for (const id of ['customers', 'unverified'] as const) if (!/^\d{1,9}$/.test(counts[id])) problems.push([id, 'Your customers: write whole numbers in digits.']);
    if (Number(counts.unverified) > Number(counts.customers)) problems.push(['unverified', 'Your customers: more are not verified than there are in all.']);
  }
  const ai_reporting = field('ai') ? { as_of: field('ai_on'), ok: field('ai') === 'yes' } : null;
  if (ai_reporting) past('ai_on', 'Training of large AI models');
  const people = contacts();
  if (people.some((one) => !one.name)) problems.push(['contacts', 'Whom to speak to: write each name.']);
  const buyers = sales();
  if (buyers.some((one) => !one.name || !one.country)) problems.push(['sells_on', 'Chain of resale: write a name and a country for each.']);
  const lines = field('names').split('\n');
  return {
    problems,
    typed: {
      answered_by: field('answered_by'),
      names: lines.map((line) => line.trim()).filter(Boolean),
      address: field('address'),
      email: field('email'),
      buys_from: field('buys_from'),
      sells_on: buyers.map(({ name = '', country = '' }) => ({ name, country })),
      contacts: people.map(({ name = '', title = '', email = '', phone = '' }) => ({ name, title, email, phone })),
      cip,
      elements,
      attestation,
      counts,
      ai_reporting,
    },
  };
}

function say(problems: readonly Problem[]): void {
  for (const one of document.querySelectorAll('.wrong')) one.classList.remove('wrong');
  const place = at('problems');
  place.replaceChildren();
  place.hidden = problems.length === 0;
  if (!problems.length) return;
  make('b', problems.length === 1 ? 'One thing is missing:' : `${problems.length} things are missing:`, place);
  const all = make('ul', '', place);
  for (const [id, what] of problems) {
    make('li', what, all);
    at(id).classList.add('wrong');
  }
  at(problems[0]?.[0] ?? 'form').focus();
}

let signed = false;
let link = '';
async function sign(): Promise<void> {
  const file = at<HTMLInputElement>('cip_file').files?.[0];
  const { typed: answers, problems } = typed(file);
  say(problems);
  if (problems.length) return;
  const button = at<HTMLButtonElement>('sign');
  button.disabled = true;
  button.textContent = 'Signing and encrypting…';
  try {
    const answer = await seal(questions, answers, file ? new Uint8Array(await file.arrayBuffer()) : null, new PageKey(), today());
    URL.revokeObjectURL(link);
    link = URL.createObjectURL(new Blob([answer.bytes], { type: 'application/octet-stream' }));
    const save = at<HTMLAnchorElement>('save');
    save.href = link;
    save.download = answer.name;
    show('file', answer.name);
    show('words', answer.words);
    show('fingerprint', answer.fingerprint);
    signed = true;
    at('form').hidden = true;
    at('done').hidden = false;
    save.focus();
  } catch (why) {
    say([['sign', `This browser could not sign or encrypt (${why instanceof Error ? why.name : 'unknown'}). Open the page in a current Firefox, Chrome, Edge or Safari.`]]);
  } finally {
    button.disabled = false;
    button.textContent = 'Sign and encrypt the answer';
  }
}
at('form').addEventListener('submit', (event) => {
  event.preventDefault();
  void sign();
});
at('again').addEventListener('click', () => {
  signed = false;
  at('done').hidden = true;
  at('form').hidden = false;
});
let saved = false;
at('save').addEventListener('click', () => (saved = true));
addEventListener('beforeunload', (event) => {
  if (field('answered_by') && !(signed && saved)) event.preventDefault();
});
