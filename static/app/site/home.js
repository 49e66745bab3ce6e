// The list of media: what is on, what is coming up, what is there any time.
import { html, h, useEffect, useState } from '../lib/index.js';
import { count1000 } from '../lib/text.js';
import { asset, Button, Icon, LinkButton, LivePill, Segmented } from '../lib/ui.js';
import { asProblem } from '../lib/api.js';
import { useAsk } from './ask.js';
import { kindOf, sortMedia, stateOf } from './kinds.js';
import { Art, artOf, PosterTag, StateChip } from './parts.js';
import { clock, loadMe, me } from './session.js';
import { Site } from './shell.js';
import SignIn from './signin.js';
import { Loading, OldNews, ProblemPage } from './states.js';
import { dayWord, inZonesSoon, myZone, wall } from './when.js';

/** @typedef {import('./kinds.js').Medium} Medium */

export default function Home() {
	const [problem, setProblem] = useState(/** @type {import('../lib/api.js').Problem|null} */ (null));
	const ask = () => loadMe().then(() => setProblem(null), (err) => setProblem(asProblem(err)));
	useEffect(() => { ask(); }, []);
	const list = useAsk(me.value ? '/media' : null, 15_000);
	const data = /** @type {{media: Medium[]}|undefined} */ (list.data);
	if (problem && me.value === undefined) return h(ProblemPage, { problem, again: ask });
	if (me.value === null || list.problem?.code === 'signed_out') return h(SignIn, { asked: true });
	if (!data && list.problem) return h(ProblemPage, { problem: list.problem, again: list.again });
	return h(Site, { title: 'Home', current: 'home' }, data
		? html`${h(OldNews, { problem: list.problem })}${h(Lists, { media: data.media })}`
		: h(Loading, {}));
}

const BESIDE = 4;
const GRID = 8;

const newButton = () => h(LinkButton, { href: '/new', kind: 'primary', icon: 'plus' }, 'New media');

/** @param {{media: Medium[]}} props */
function Lists({ media }) {
	const { live, coming, ended, demand } = sortMedia(media);
	const hero = live[0] ?? coming[0];
	const rest = [...live, ...coming].filter((m) => m !== hero);
	if (!media.length) return h(Empty, {});
	return html`
		<div class="row-head home-head"><h1 class="page-title">${live.length ? 'On now' : coming.length ? 'Coming up' : 'Nothing on right now'}</h1><div class="end">${newButton()}</div></div>
		${hero && html`<div class="on-now ${rest.length ? '' : 'alone'}">
			${h(Hero, { medium: hero })}
			${rest.length > 0 && h(Beside, { title: live.length > 1 ? 'Also on, and coming up' : live.length ? 'Coming up' : 'After that', media: rest })}
		</div>`}
		${demand.length > 0 && h(Demand, { media: demand })}
		${ended.length > 0 && h(Cards, { title: 'Earlier', media: ended })}`;
}

/** As many lines as stand beside the picture; the rest on request. @param {{title: string, media: Medium[]}} props */
function Beside({ title, media }) {
	const [all, setAll] = useState(false);
	const shown = all ? media : media.slice(0, BESIDE);
	return html`<section aria-label=${title}>
		<div class="aside-head"><h2 class="aside-title">${title}</h2>${shown.length < media.length && h(Button, { kind: 'ghost', size: 'xs', onClick: () => setAll(true) }, `See all ${count1000(media.length)}`)}</div>
		<ul class="sheet lines">${shown.map((m) => h(Line, { key: m.id, medium: m }))}</ul>
	</section>`;
}

/** The one thing that matters most now. @param {{medium: Medium}} props */
function Hero({ medium }) {
	const on = stateOf(medium) === 'live';
	return html`<section class="poster hero" aria-label=${medium.title}>
		${h(Art, { name: artOf(medium) })}
		<div class="hero-words"><div>
			<p class="hero-line">${on ? html`${h(LivePill, {})}<span>${kindOf(medium.kind).name}</span>` : html`${h(PosterTag, { medium })}`}</p>
			<h2 class="hero-title">${on ? medium.title : html`<a href="/m/${medium.id}">${medium.title}</a>`}</h2>
			${!on && medium.doors?.start ? html`<p class="hero-when">${inZonesSoon(medium.doors.start, medium.zone, myZone(), clock.now())}</p>` : null}
		</div>
		<a class="hero-go" href=${on ? `/r/${medium.id}` : `/m/${medium.id}`}>${on ? 'Join' : 'Open'}<span class="sr-only"> ${medium.title}</span></a></div>
	</section>`;
}

/** @param {{medium: Medium}} props */
function Line({ medium: m }) {
	return html`<li>
		<img class="thumb" src=${asset(`art/kind-${m.kind}.svg`)} alt="" />
		<div class="line-words"><a class="line-title" href="/m/${m.id}">${m.title}</a>
			<p class="line-meta">${h(Icon, { name: kindOf(m.kind).icon, size: 16 })}<span>${kindOf(m.kind).name}${m.channel && ` in ${m.channel}`}</span><span class="dot-sep">${when(m)}</span></p></div>
		${h(StateChip, { medium: m })}
	</li>`;
}

/** When a live medium is, in its reader's own zone. @param {Medium} m */
function when(m) {
	const at = m.doors?.start ?? 0;
	const now = clock.now();
	if (m.doors?.state === 'ended') return `ended ${lower(dayWord(m.doors.ended_at || at, myZone(), now))}`;
	if (m.doors?.state === 'open') return 'on now';
	return at ? `${lower(dayWord(at, myZone(), now))} ${wall(at, myZone()).time}` : 'no date yet';
}

/** Only the words, not the weekdays. @param {string} day */
const lower = (day) => (/^(Today|Tomorrow|Yesterday)$/.test(day) ? day.toLowerCase() : day);

const CHOICES = [['all', 'All'], ['video', 'Video'], ['audio', 'Audio'], ['document', 'Documents'], ['quiz', 'Quizzes']];

/** @param {{media: Medium[]}} props */
function Demand({ media }) {
	const [kind, setKind] = useState('all');
	const choices = CHOICES.filter(([k]) => k === 'all' || media.some((m) => m.kind === k));
	const shown = media.filter((m) => kind === 'all' || m.kind === kind);
	return h(Cards, {
		title: 'On demand', media: shown,
		filter: choices.length > 2 && h(Segmented, { label: 'Kind', value: kind, onChange: setKind, options: choices.map(([value, label]) => ({ value, label })) }),
	});
}

/** @param {{title: string, media: Medium[], filter?: any}} props */
function Cards({ title, media, filter }) {
	const [all, setAll] = useState(false);
	const shown = all ? media : media.slice(0, GRID);
	return html`<section class="home-section" aria-label=${title}>
		<div class="row-head"><h2 class="section-title">${title}</h2>${filter}
			${shown.length < media.length && html`<div class="end">${h(Button, { kind: 'ghost', onClick: () => setAll(true) }, `See all ${count1000(media.length)}`)}</div>`}</div>
		<ul class="cards">${shown.map((m) => html`<li key=${m.id} class="card">
			<div class="poster poster-small">${h(Art, { name: artOf(m) })}</div>
			<a class="line-title" href="/m/${m.id}">${m.title}</a>
			<p class="line-meta">${h(Icon, { name: kindOf(m.kind).icon, size: 16 })}<span>${kindOf(m.kind).name}</span><span class="dot-sep">${m.live ? when(m) : m.host}</span></p>
		</li>`)}</ul>
	</section>`;
}

function Empty() {
	return html`<h1 class="page-title">Home</h1>
		<section class="sheet home-empty" aria-label="Nothing here yet">
			<img src=${asset('art/curtain-wide.svg')} alt="" />
			<h2 class="section-title">Nothing here yet</h2>
			<p>Make a session or add a recording, then invite people with a link. What others invite you to appears here too.</p>
			${newButton()}
		</section>`;
}
