// The data of the page, unfolded: tables, and findings that name places in them.
const data = JSON.parse(document.getElementById('data').textContent);
const [ID, CHECK, VERDICT, SEVERITY, ACCOUNT, REGION, RESOURCE, OWNER, TEXT, CHANGE, EXCEPTION, EVIDENCE, GAPS] = Array(13).keys();
const findings = data.findings;
const services = data.checks.map((check) => check.kind.split('.')[0]);
const places = new Map(findings.map((finding, place) => [finding[ID], place]));
const VERDICT_WORDS = {
  fail: 'failed', not_assessed: 'not assessed', excepted: 'accepted risk',
  pass: 'passed', inherited: 'inherited', not_applicable: 'not applicable',
};
const VERDICT_CLASS = {
  fail: 'fail', not_assessed: 'unread', excepted: 'excepted',
  pass: 'pass', inherited: 'inherited', not_applicable: 'na',
};
const OWNER_WORDS = { customer: 'yours', shared: 'shared with AWS', aws: 'AWS' };

const number = (value) => value.toLocaleString('en-US');
const counted = (value, thing) => `${number(value)} ${thing}${value === 1 ? '' : 's'}`;
const kindWords = (kind) => kind.slice(kind.lastIndexOf('.') + 1).replaceAll('_', ' ');

// An element; text only ever becomes text.
function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

// A link, if the address is one of the web; else only its words.
function link(address, words) {
  if (!/^https?:\/\//.test(address)) return words;
  return el('a', { href: address, rel: 'noreferrer noopener', target: '_blank' }, words);
}

const checkOf = (finding) => data.checks[finding[CHECK]];
const verdictOf = (finding) => data.verdicts[finding[VERDICT]];
const severityOf = (finding) => data.severities[finding[SEVERITY]];
const nameOf = (finding) => {
  const [arn, id] = data.resources[finding[RESOURCE]];
  return id ?? arn ?? `list of ${checkOf(finding).kind}`;
};

// What a finding says, whatever its verdict.
function saying(finding) {
  const text = data.texts[finding[TEXT]].trim();
  const title = checkOf(finding).title;
  switch (verdictOf(finding)) {
    case 'fail': return text || `Does not hold: ${title}`;
    case 'not_assessed': return `Not assessed: ${text || title}`;
    case 'excepted': return text || `Accepted risk: ${title}`;
    case 'inherited': return text || `AWS's part: ${title}`;
    case 'pass': return `Holds: ${title}`;
    default: return `Does not apply: ${title}`;
  }
}

// The text that the search looks through, made when it is first needed.
let texts = null;
function searchable(place) {
  if (texts === null) {
    const ofCheck = data.checks.map((check) => `${check.id} ${check.title}`);
    texts = findings.map((finding) => {
      const [arn, id] = data.resources[finding[RESOURCE]];
      return [
        ofCheck[finding[CHECK]], data.texts[finding[TEXT]], arn, id, data.regions[finding[REGION]],
        data.accounts[finding[ACCOUNT]], finding[ID], ...(finding[EVIDENCE] || []).map((at) => data.texts[at]),
      ].join('\n').toLowerCase();
    });
  }
  return texts[place];
}

const severityChip = (word, count) =>
  el('span', { class: `chip s-${word}` }, count === undefined ? word : `${number(count)} ${word}`);
// The severity of a finding stands back where nothing fails and nothing is unknown.
const severityOfFinding = (finding) =>
  el('span', { class: `chip ${finding[VERDICT] < 2 ? `s-${severityOf(finding)}` : 's-calm'}` }, severityOf(finding));
const verdictBadge = (word) =>
  el('span', { class: `badge v-${VERDICT_CLASS[word]}` }, VERDICT_WORDS[word]);
