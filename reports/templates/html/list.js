// The list: groups with findings in them, drawn as far as the reader has come.
const STEP = 150;
// Browsers take minutes to break more rows than this into pages.
const PAPER = 2000;
let current = { shown: [], groups: [], lines: [] };
let drawn = STEP;
let opened = new Set();
let printing = false;
const body = document.querySelector('#list tbody');
const more = document.getElementById('more');

const groupers = {
  check: (finding) => finding[CHECK],
  resource: (finding) => finding[RESOURCE],
  svc: (finding) => services[finding[CHECK]],
  r: (finding) => finding[REGION],
  a: (finding) => finding[ACCOUNT],
  change: (finding) => finding[CHANGE],
  none: () => 0,
};

function groupTitle(group) {
  const finding = findings[group.places[0]];
  switch (state.g) {
    case 'check': return checkOf(finding).title;
    case 'resource': return `${kindWords(checkOf(finding).kind)} ${nameOf(finding)}`;
    case 'svc': return services[finding[CHECK]];
    case 'r': return data.regions[finding[REGION]];
    case 'a': return data.accounts[finding[ACCOUNT]];
    case 'change': return data.changes[finding[CHANGE]]?.[0] ?? 'nothing to mend';
    default: return '';
  }
}

const texters = {
  finding: saying,
  resource: nameOf,
  region: (finding) => data.regions[finding[REGION]],
};

// Compares findings as the chosen column asks; then the worst first, then as in the data.
function order() {
  const down = state.sort.startsWith('-') ? -1 : 1;
  const column = state.sort.replace('-', '');
  const rank = { severity: SEVERITY, verdict: VERDICT }[column];
  const usual = (a, b) => findings[a][SEVERITY] - findings[b][SEVERITY] || a - b;
  if (rank !== undefined) {
    return (a, b) => down * (findings[a][rank] - findings[b][rank]) || usual(a, b);
  }
  const keys = new Map(current.shown.map((place) => [place, texters[column](findings[place])]));
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  return (a, b) => down * compare(keys.get(a), keys.get(b)) || usual(a, b);
}

function group() {
  const compare = order();
  const of = groupers[state.g];
  const groups = new Map();
  for (const place of current.shown) {
    const key = of(findings[place]);
    if (!groups.has(key)) groups.set(key, { key, places: [] });
    groups.get(key).places.push(place);
  }
  current.groups = [...groups.values()];
  for (const one of current.groups) {
    one.places.sort(compare);
    one.worst = one.places.reduce((worst, place) => Math.min(worst, findings[place][SEVERITY]), 9);
  }
  const [column, down] = [state.sort.replace('-', ''), state.sort.startsWith('-') ? -1 : 1];
  const collator = new Intl.Collator('en', { numeric: true });
  if (column === 'finding' && state.g !== 'none') {
    for (const one of current.groups) one.title = groupTitle(one);
    current.groups.sort((a, b) => down * collator.compare(a.title, b.title));
  } else if (state.g === 'change' && column === 'severity') {
    current.groups.sort((a, b) => down * ((a.key < 0) - (b.key < 0) || a.key - b.key));
  } else if (column === 'severity') {
    current.groups.sort((a, b) => down * (a.worst - b.worst) || b.places.length - a.places.length);
  } else {
    current.groups.sort((a, b) => compare(a.places[0], b.places[0]));
  }
}

// The lines of the list, of which as many are drawn as the reader has seen.
function lines() {
  current.lines = [];
  for (const one of current.groups) {
    if (state.g !== 'none') current.lines.push(one);
    if (state.g === 'none' || opened === true || opened.has(one.key)) current.lines.push(...one.places);
  }
}

function groupLine(one) {
  const open = opened === true || opened.has(one.key);
  const check = state.g === 'check' ? checkOf(findings[one.places[0]]) : null;
  const counts = new Map();
  for (const place of one.places) {
    const word = severityOf(findings[place]);
    counts.set(word, (counts.get(word) || 0) + 1);
  }
  const chips = check ? [el('span', { class: 'rank' }, one.places.some((place) => findings[place][VERDICT] < 2) ? severityChip(data.severities[one.worst]) : severityOfFinding(findings[one.places[0]]))]
    : data.severities.filter((word) => counts.has(word)).map((word) => severityChip(word, counts.get(word)));
  return el('tr', { class: 'group', role: 'row' }, el('th', { colspan: 5, scope: 'rowgroup', role: 'rowheader' },
    el('button', { type: 'button', 'aria-expanded': String(open), 'data-group': String(one.key), onclick: () => toggle(one.key) },
      el('span', { class: 'turn', 'aria-hidden': 'true' }),
      check && chips,
      el('span', { class: 'title' }, groupTitle(one)),
      !check && el('span', { class: 'of' }, chips),
      el('span', { class: 'count' }, number(one.places.length)),
    )));
}

// What paper tells of a check, where a reader of the screen opens the finding.
function advice(one) {
  const check = checkOf(findings[one.places[0]]);
  return el('tr', { class: 'advice' }, el('td', { colspan: 5 },
    el('p', {}, el('b', {}, 'Risk. '), check.risk), el('p', {}, el('b', {}, 'Mend it. '), check.remedy), el('p', { class: 'id' }, check.id)));
}

function findingLine(place) {
  const finding = findings[place];
  const check = checkOf(finding);
  const region = data.regions[finding[REGION]];
  const account = data.accounts.length > 1 ? `${data.accounts[finding[ACCOUNT]]} · ` : '';
  const owner = data.owners[finding[OWNER]].party;
  return el('tr', { class: 'finding', role: 'row' },
    el('td', { role: 'cell' }, severityOfFinding(finding)),
    el('td', { role: 'cell' }, el('a', { href: `#f=${finding[ID]}`, class: 'say' }, saying(finding)),
      el('small', {}, state.g === 'check' ? '' : `${check.id} `, owner === 'shared' ? 'shared with AWS ' : '',
        el('span', { class: 'narrow-only' }, `${account}${nameOf(finding)} · ${region}`))),
    el('td', { class: 'wide', role: 'cell' }, el('span', { class: 'name' }, nameOf(finding)), el('small', {}, kindWords(check.kind))),
    el('td', { class: 'wide', role: 'cell' }, account ? el('small', {}, data.accounts[finding[ACCOUNT]]) : null, region),
    el('td', { role: 'cell' }, verdictBadge(verdictOf(finding))));
}

function draw(from) {
  const all = current.lines;
  const until = Math.min(drawn, all.length);
  const rows = [];
  for (let at = from; at < until; at += 1) {
    const line = all[at];
    if (typeof line === 'number') rows.push(findingLine(line));
    else {
      rows.push(groupLine(line));
      if (printing && state.g === 'check') rows.push(advice(line));
    }
  }
  if (from === 0) body.replaceChildren(...rows);
  else body.append(...rows);
  more.hidden = until >= all.length;
  const left = all.slice(until).filter((line) => typeof line === 'number').length;
  document.getElementById('cut').textContent = printing && left > 0
    ? `${counted(left, 'finding')} more fit these filters: they are in the file, and are printed when the filters are narrower.` : '';
  more.textContent = `Show more (${number(all.length - until)} lines)`;
}

function drawMore() {
  const from = Math.min(drawn, current.lines.length);
  drawn += STEP;
  draw(from);
}

function toggle(key) {
  if (opened === true) opened = new Set(current.groups.map((one) => one.key));
  if (!opened.delete(key)) opened.add(key);
  lines();
  draw(0);
  body.querySelector(`[data-group="${CSS.escape(String(key))}"]`)?.focus();
  openAll();
}

function openAll() {
  const button = document.getElementById('open-all');
  const all = opened === true || (current.groups.length > 0 && current.groups.every((one) => opened.has(one.key)));
  button.textContent = all ? 'Close all' : 'Open all';
  button.hidden = state.g === 'none';
  return all;
}

// Everything anew, after the state has changed.
function show() {
  const { shown, counts } = filtered();
  current.shown = shown;
  drawn = STEP;
  fillFilters(counts);
  group();
  if (opened !== true && opened.size === 0 && shown.length <= 40) opened = new Set(current.groups.map((one) => one.key));
  lines();
  draw(0);
  openAll();
  const groups = state.g === 'none' ? '' : ` in ${counted(current.groups.length, 'group')}`;
  document.getElementById('told').textContent = `${number(shown.length)} of ${counted(findings.length, 'finding')}${groups}`;
  if (shown.length === 0) body.replaceChildren(el('tr', {}, el('td', { colspan: 5, class: 'empty' }, 'No finding fits these filters.')));
  for (const head of document.querySelectorAll('#list th[data-sort]')) {
    const sorted = head.dataset.sort === state.sort.replace('-', '');
    if (sorted) head.setAttribute('aria-sort', state.sort.startsWith('-') ? 'descending' : 'ascending');
    else head.removeAttribute('aria-sort');
  }
}

// Changes the state, what is shown, and the address.
function change(what) {
  state = { ...state, ...what };
  opened = new Set();
  show();
  remember(address());
}

function remember(hash) {
  try {
    history.replaceState(null, '', hash);
  } catch {
    // Some ways of opening a file allow no history; the report works without.
  }
}
