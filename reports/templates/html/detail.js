// One finding, with all that is known of it.
const dialog = document.getElementById('detail');
let shownPlace = null;
let back = null;

function part(title, ...children) {
  return el('section', {}, el('h3', {}, title), ...children);
}

function code(title, text) {
  return el('div', { class: 'code' }, el('div', {}, el('span', {}, title), copyButton(text)), el('pre', { tabindex: '0' }, el('code', {}, text)));
}

function copyButton(text) {
  const button = el('button', { type: 'button', class: 'copy', onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Cannot copy here';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  } }, 'Copy');
  return button;
}

function facts(pairs) {
  return el('dl', { class: 'facts' }, pairs.filter(([, value]) => value).map(([word, value]) => [el('dt', {}, word), el('dd', {}, value)]));
}

function ownership(owner) {
  const words = [`${OWNER_WORDS[owner.party]}`, owner.mode && `runs as ${owner.mode}`, owner.layer && `layer ${owner.layer}`,
    owner.managed_by !== 'customer' && `managed by ${owner.managed_by}`];
  return part('Whose it is', facts([
    ['Owner', words.filter(Boolean).join(' · ')],
    ['Your part', owner.customer],
    ["AWS's part", owner.aws],
    ['Says who', owner.page ? link(owner.page[1], owner.page[0]) : 'inferred'],
  ]));
}

function fill(place) {
  const finding = findings[place];
  const check = checkOf(finding);
  const verdict = verdictOf(finding);
  const [arn] = data.resources[finding[RESOURCE]];
  const change = data.changes[finding[CHANGE]];
  const exception = data.exceptions[finding[EXCEPTION]];
  const evidence = finding[EVIDENCE] || [];
  const gaps = finding[GAPS] || [];
  const step = (by, words) => el('button', {
    type: 'button', disabled: neighbour(place, by) === undefined, onclick: () => go(by), 'aria-label': `${words} finding`,
  }, words);
  const controls = Object.entries(check.controls);
  dialog.replaceChildren(el('div', {},
    el('header', {}, el('div', { class: 'badges' }, verdictBadge(verdict), severityOfFinding(finding)),
      el('div', { class: 'moves' }, step(-1, 'Previous'), step(1, 'Next'),
        el('button', { type: 'button', id: 'close', onclick: () => dialog.close() }, 'Close'))),
    el('h2', { id: 'detail-title', tabindex: '-1' }, saying(finding)),
    el('p', { class: 'note' }, check.title),
    facts([
      ['Resource', `${kindWords(check.kind)} ${nameOf(finding)}`],
      ['ARN', arn && el('span', { class: 'mono' }, arn)],
      ['Account', data.accounts[finding[ACCOUNT]]],
      ['Region', data.regions[finding[REGION]]],
      ['Domain', data.domains[check.domain]],
      ['Check', el('a', { href: `#findings?k=${encodeURIComponent(check.id)}`, class: 'mono' }, check.id)],
      ['Finding', el('span', {}, el('a', { href: `#f=${finding[ID]}`, class: 'mono' }, finding[ID]), ' ', copyButton(finding[ID]))],
    ]),
    evidence.length > 0 && part('Evidence', el('ul', {}, evidence.map((item) => el('li', {}, data.texts[item])))),
    gaps.length > 0 && part('What could not be read', el('ul', {}, gaps.map((gap) => el('li', {}, data.gaps[gap])))),
    exception && part('Accepted risk', el('p', {}, exception.reason), facts([['Exception', exception.id], ['Owner', exception.owner], ['Until', exception.expires], ['Ticket', exception.ticket]])),
    part('Risk', el('p', {}, check.risk)),
    part(verdict === 'fail' ? 'Mend it' : 'If it fails', el('p', {}, check.remedy),
      change && el('p', { class: 'note' }, 'Goes with ', el('a', { href: `#findings?x=${finding[CHANGE]}` }, change[0]), `: ${change[1] >= 0 ? '+' : ''}${change[1].toFixed(1)} points${change[2] ? `, score then ${change[2]}` : ''}.`),
      check.cli && code('AWS CLI, a template', check.cli), check.terraform && code('Terraform', check.terraform),
      check.links.length > 0 && el('ul', { class: 'links' }, check.links.map((address) => el('li', {}, link(address, address))))),
    ownership(data.owners[finding[OWNER]]),
    controls.length > 0 && part('Controls', facts(controls.map(([framework, ids]) => [data.frameworks[framework] ?? framework,
      ids.flatMap((id, at) => [at ? ', ' : '', el('a', { href: `#control=${framework}:${encodeURIComponent(id)}` }, id)])]).map(([word, value]) => [word, el('span', {}, value)]))),
  ));
}

// The finding before or after one, as the list stands.
function neighbour(place, by) {
  const order = current.groups.flatMap((one) => one.places);
  const at = order.indexOf(place);
  return at < 0 ? undefined : order[at + by];
}

function go(by) {
  const place = neighbour(shownPlace, by);
  if (place === undefined) return;
  remember(`#f=${findings[place][ID]}`);
  openFinding(place);
}

function openFinding(place) {
  if (!dialog.open) back = document.activeElement?.getAttribute?.('href') ?? null;
  shownPlace = place;
  fill(place);
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  document.getElementById('detail-title').focus({ preventScroll: true });
}

dialog.addEventListener('close', () => {
  shownPlace = null;
  if (location.hash.startsWith('#f=')) remember(address());
  if (back) document.querySelector(`a.say[href="${CSS.escape(back)}"]`)?.focus();
});
dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
dialog.addEventListener('keydown', (event) => {
  if (event.target.closest('pre')) return;
  if (event.key === 'ArrowLeft') go(-1);
  if (event.key === 'ArrowRight') go(1);
});
