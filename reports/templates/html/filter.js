// What is shown, and how it stands in the address.
const FRESH = { q: '', v: ['fail'], s: [], svc: '', r: '', a: '', o: '', d: '', c: '', x: '', k: '', g: 'check', sort: 'severity' };
let state = structuredClone(FRESH);

// The facets: what a finding's value is, and all values in order.
const facets = {
  v: { many: true, of: verdictOf, all: data.verdicts },
  s: { many: true, of: severityOf, all: data.severities },
  svc: { of: (finding) => services[finding[CHECK]], all: [...new Set(services)].sort() },
  r: { of: (finding) => data.regions[finding[REGION]], all: [...data.regions].sort() },
  a: { of: (finding) => data.accounts[finding[ACCOUNT]], all: [...data.accounts].sort() },
  o: { of: (finding) => data.owners[finding[OWNER]].party, all: ['customer', 'shared', 'aws'] },
  d: { of: (finding) => checkOf(finding).domain, all: Object.keys(data.domains) },
};
const FACETS = Object.keys(facets);

// The state as the part of an address behind `#`.
function address() {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) {
    const text = Array.isArray(value) ? value.join(',') : value;
    const fresh = Array.isArray(FRESH[key]) ? FRESH[key].join(',') : FRESH[key];
    if (text !== fresh) query.set(key, text === '' ? '*' : text);
  }
  const text = query.toString();
  return text ? `#findings?${text}` : '#findings';
}

// The state that an address asks for. Who names a check, a control or a change wants all of it.
function fromAddress(text) {
  const query = new URLSearchParams(text);
  const asked = structuredClone(FRESH);
  if (['c', 'k'].some((key) => query.has(key))) asked.v = [];
  for (const key of Object.keys(asked)) {
    if (!query.has(key)) continue;
    const value = query.get(key) === '*' ? '' : query.get(key);
    if (!Array.isArray(asked[key])) asked[key] = value;
    else asked[key] = value.split(',').filter((one) => facets[key].all.includes(one));
  }
  return asked;
}

// Which checks answer the control that was asked for; none when none was.
function checksOfControl() {
  if (!state.c) return null;
  const colon = state.c.indexOf(':');
  const [framework, control] = [state.c.slice(0, colon), state.c.slice(colon + 1)];
  return new Set(data.checks.flatMap((check, place) =>
    (check.controls[framework] || []).includes(control) ? [place] : []));
}

// The places of the findings that are shown, and for each facet how many there would be of each
// value, all other filters as they are.
function filtered() {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const ofControl = checksOfControl();
  const counts = Object.fromEntries(FACETS.map((key) => [key, new Map()]));
  const shown = [];
  const wants = FACETS.map((key) => {
    const { of, many } = facets[key];
    const asked = state[key];
    if (many ? asked.length === 0 : asked === '') return () => true;
    if (many) return (finding) => asked.includes(of(finding));
    return (finding) => of(finding) === asked;
  });
  const count = (key, finding) => {
    const value = facets[key].of(finding);
    counts[key].set(value, (counts[key].get(value) || 0) + 1);
  };
  findings.forEach((finding, place) => {
    if (state.k && checkOf(finding).id !== state.k) return;
    if (state.x !== '' && String(finding[CHANGE]) !== state.x) return;
    if (ofControl && !ofControl.has(finding[CHECK])) return;
    if (words.length) {
      const text = searchable(place);
      if (!words.every((word) => text.includes(word))) return;
    }
    let missed = -1;
    for (let at = 0; at < FACETS.length; at += 1) {
      if (wants[at](finding)) continue;
      if (missed >= 0) return;
      missed = at;
    }
    if (missed >= 0) return count(FACETS[missed], finding);
    shown.push(place);
    FACETS.forEach((key) => count(key, finding));
  });
  return { shown, counts };
}

// The controls of the filters, in step with the state.
function fillFilters(counts) {
  for (const key of ['v', 's']) {
    const box = document.getElementById(key);
    const word = key === 'v' ? (value) => VERDICT_WORDS[value] : (value) => value;
    const style = key === 'v' ? (value) => `v-${VERDICT_CLASS[value]}` : (value) => `s-${value}`;
    box.replaceChildren(...facets[key].all.map((value) => el('label', { class: `pick ${style(value)}` },
      el('input', { type: 'checkbox', name: key, value, ...(state[key].includes(value) ? { checked: true } : {}) }),
      el('span', {}, word(value), ' ', el('b', {}, number(counts[key].get(value) || 0))))));
  }
  for (const key of ['svc', 'r', 'a', 'o', 'd']) {
    const select = document.getElementById(key);
    const word = (value) => (key === 'o' ? OWNER_WORDS[value] : key === 'd' ? data.domains[value] : value);
    select.replaceChildren(el('option', { value: '' }, 'all'), ...facets[key].all
      .filter((value) => counts[key].get(value) || state[key] === value)
      .map((value) => el('option', { value }, `${word(value)} (${number(counts[key].get(value) || 0)})`)));
    select.value = state[key];
    select.parentElement.hidden = key === 'a' && data.accounts.length < 2;
  }
  document.getElementById('g').value = state.g;
  const search = document.getElementById('q');
  if (search.value !== state.q) search.value = state.q;
  const narrow = [];
  if (state.c) narrow.push(['c', `control ${state.c.replace(':', ' ')}`]);
  if (state.k) narrow.push(['k', `check ${state.k}`]);
  if (state.x !== '') narrow.push(['x', `change: ${data.changes[state.x]?.[0] ?? '?'}`]);
  document.getElementById('narrow').replaceChildren(...narrow.map(([key, words]) =>
    el('button', { type: 'button', class: 'drop', onclick: () => change({ [key]: '' }) }, `Only ${words}`, el('span', { 'aria-label': 'remove' }, ' ×'))));
}
