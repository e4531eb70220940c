// What holds the page together: addresses, keys, theme, print.
document.documentElement.classList.add('script');

// A control's population, resource by resource, when a reader opens it.
function population(details) {
  if (details.dataset.filled) return;
  details.dataset.filled = 'yes';
  const framework = details.closest('.standard').dataset.of;
  const control = details.dataset.control;
  const checks = new Map(data.checks.flatMap((check, place) =>
    (check.controls[framework] || []).includes(control) ? [[place, []]] : []));
  if (checks.size === 0) return;
  for (const finding of findings) checks.get(finding[CHECK])?.push(finding);
  const lists = [...checks].map(([place, found]) => {
    const check = data.checks[place];
    const judged = found.filter((finding) => finding[VERDICT] < 4);
    const counts = data.verdicts.map((word, at) => [word, found.filter((finding) => finding[VERDICT] === at)]).filter(([, list]) => list.length);
    return el('li', {}, el('a', { href: `#findings?k=${encodeURIComponent(check.id)}` }, check.title), ' ', el('span', { class: 'mono' }, check.id),
      el('div', {}, counts.length === 0 ? 'no resource of this kind' : counts.map(([word, list]) => [verdictBadge(word), ` ${number(list.length)} `])),
      judged.length > 0 && el('ul', { class: 'population' }, judged.slice(0, 50).map((finding) => el('li', {}, el('a', { href: `#f=${finding[ID]}`, class: `t-${VERDICT_CLASS[verdictOf(finding)]}` },
        `${nameOf(finding)} (${data.regions[finding[REGION]]}): ${VERDICT_WORDS[verdictOf(finding)]}`)))),
      judged.length > 50 && el('a', { href: `#findings?k=${encodeURIComponent(check.id)}` }, `all ${number(judged.length)}`));
  });
  details.querySelector('.ids')?.replaceWith(
    el('p', {}, el('a', { href: `#findings?${new URLSearchParams({ c: `${framework}:${control}` })}` }, 'All verdicts of this control')),
    el('ul', { class: 'evidence' }, lists));
}
document.getElementById('frameworks').addEventListener('toggle', (event) => {
  if (event.target.matches('.control') && event.target.open && !printing) population(event.target);
}, true);

const chosen = document.getElementById('framework');
chosen.addEventListener('change', () => {
  for (const element of document.querySelectorAll('#frameworks [data-of]')) {
    element.hidden = chosen.value !== '' && element.dataset.of !== chosen.value;
  }
  const box = document.getElementById('frameworks');
  box.classList.toggle('only-standard', chosen.value !== '');
  box.classList.toggle('all-standards', chosen.value === '');
  const only = document.getElementById(`fw-${chosen.value}`);
  if (only) only.open = true;
});
// A run that was about one framework shows that one.
if (chosen.value) chosen.dispatchEvent(new Event('change'));

// The filters.
let waiting = 0;
document.getElementById('q').addEventListener('input', (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => change({ q: event.target.value.trim() }), 80);
});
document.querySelector('.filters').addEventListener('submit', (event) => event.preventDefault());
document.querySelector('.filters').addEventListener('change', (event) => {
  const { id, name, value } = event.target;
  if (name) {
    change({ [name]: [...document.querySelectorAll(`#${name} input:checked`)].map((box) => box.value) });
    document.querySelector(`#${name} input[value="${value}"]`)?.focus();
  } else if (id !== 'q') change({ [id]: value });
});
document.getElementById('clear').addEventListener('click', () => change(structuredClone({ ...FRESH, g: state.g, sort: state.sort })));
document.getElementById('open-all').addEventListener('click', () => {
  opened = openAll() ? new Set() : true;
  if (opened !== true) opened.add(NaN);
  drawn = STEP;
  lines();
  draw(0);
  openAll();
});
for (const head of document.querySelectorAll('#list th[data-sort]')) {
  head.firstElementChild.addEventListener('click', () => {
    const column = head.dataset.sort;
    state.sort = state.sort === column ? `-${column}` : column;
    show();
    remember(address());
  });
}
more.addEventListener('click', drawMore);
new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting) && !more.hidden) drawMore(); }, { rootMargin: '800px' }).observe(more);

// Addresses: a finding, the list with its filters, a control, a part of the report.
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
function route() {
  const hash = location.hash;
  const finding = hash.match(/^#f=([0-9a-f]+)$/);
  if (finding && places.has(finding[1])) return openFinding(places.get(finding[1]));
  if (dialog.open) dialog.close();
  if (hash.startsWith('#findings')) {
    state = fromAddress(hash.slice('#findings'.length).replace(/^\?/, ''));
    opened = new Set();
    show();
    document.getElementById('findings').scrollIntoView();
  } else if (hash.startsWith('#control=')) {
    const [, framework, control] = decoded(hash).match(/^#control=([^:]+):(.*)$/) ?? [];
    if (framework && chosen.value && chosen.value !== framework) {
      chosen.value = '';
      chosen.dispatchEvent(new Event('change'));
    }
    const standard = document.getElementById(`fw-${framework}`);
    const details = standard?.querySelector(`[data-control="${CSS.escape(control)}"]`);
    if (!details) return;
    standard.open = details.open = true;
    details.scrollIntoView({ block: 'center' });
    details.firstElementChild.focus({ preventScroll: true });
  } else if (hash.startsWith('#fw-')) {
    const standard = document.getElementById(decoded(hash.slice(1)));
    if (standard) standard.open = true;
    standard?.scrollIntoView();
  }
}
addEventListener('hashchange', () => route());

addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
  if (event.target.matches?.('input, select, textarea')) return;
  event.preventDefault();
  const search = document.getElementById('q');
  search.scrollIntoView({ block: 'center' });
  search.focus({ preventScroll: true });
  search.select();
});

// Where the reader is.
const parts = new Map([...document.querySelectorAll('.bar-top nav a')].map((a) => [a.hash.slice(1), a]));
const watch = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    for (const a of parts.values()) a.removeAttribute('aria-current');
    parts.get(entry.target.id)?.setAttribute('aria-current', 'location');
  }
}, { rootMargin: '-20% 0px -75% 0px' });
for (const id of parts.keys()) watch.observe(document.getElementById(id));

// Light and dark: as the system has it, until the reader says otherwise.
const root = document.documentElement;
function stored(value) {
  try {
    if (value === undefined) return localStorage.getItem('waterline-theme');
    localStorage.setItem('waterline-theme', value);
  } catch {
    // A page may be kept from storing; then the choice holds while it is open.
  }
  return value ?? null;
}
const theme = stored();
if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
document.getElementById('theme').addEventListener('click', () => {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  stored(root.dataset.theme);
});

// On paper: everything that the filters show, every control of the frameworks that are shown.
let kept = null;
addEventListener('beforeprint', () => {
  if (kept) return;
  kept = { drawn, opened, closed: [...document.querySelectorAll('#main details:not([open])')] };
  printing = true;
  opened = true;
  drawn = PAPER;
  lines();
  draw(0);
  for (const details of kept.closed) details.open = true;
  if (chosen.value) document.querySelectorAll(`#frameworks .standard:not([hidden]) .control`).forEach(population);
});
addEventListener('afterprint', () => {
  if (!kept) return;
  printing = false;
  ({ drawn, opened } = kept);
  for (const details of kept.closed) details.open = false;
  kept = null;
  lines();
  draw(0);
  openAll();
});
document.getElementById('print').addEventListener('click', () => print());

show();
route();
