// The page of one medium: what it is, where it stands, and for its managers
// who is invited.
import { asProblem } from '../lib/api.js';
import { h, html, useEffect, useState } from '../lib/index.js';
import { Avatar, Icon } from '../lib/ui.js';
import { useAsk } from './ask.js';
import { Demand } from './demand.js';
import { Doorway } from './doorway.js';
import Editor from './editor.js';
import { Invitations } from './invitations.js';
import { ACCESS, firstNames, linkRules, stateOf } from './kinds.js';
import { Art, artOf, KindChip, PosterTag, StateChip } from './parts.js';
import { clock, loadMe, me } from './session.js';
import { Site } from './shell.js';
import { LoadingPage, OldNews, ProblemPage } from './states.js';
import { inZonesSoon, myZone, stamp } from './when.js';

/** @typedef {import('./kinds.js').Medium} Medium */
/** @typedef {import('./kinds.js').Policy} Policy */

/** @param {{media: string}} props */
export default function MediaPage({ media: id }) {
	const [problem, setProblem] = useState(/** @type {import('../lib/api.js').Problem|null} */ (null));
	const ask = () => loadMe().then(() => setProblem(null), (err) => setProblem(asProblem(err)));
	useEffect(() => { ask(); }, []);
	const answer = useAsk(me.value === undefined ? null : `/media/${id}`, 5000);
	const medium = /** @type {Medium|undefined} */ (answer.data);
	const manage = medium?.mine.manage ?? false;
	const policy = /** @type {Policy|undefined} */ (useAsk(manage ? '/policy' : null).data);
	const wrong = problem ?? answer.problem;
	if (wrong && (!medium || gone(wrong.code))) return h(ProblemPage, { problem: wrong, again: () => { ask(); answer.again(); } });
	if (!medium) return h(LoadingPage, { title: '' });
	if (manage && new URLSearchParams(location.search).has('edit')) return h(Editor, { medium });
	return h(Site, { title: medium.title }, html`
		${h(OldNews, { problem: wrong })}
		<div class="medium">
			<div class="medium-stage">
				${medium.live ? html`<div class="poster">${h(Art, { name: artOf(medium) })}${h(PosterTag, { medium })}</div>` : h(Demand, { medium })}
				${h(Doorway, { medium, policy, changed: answer.set })}
			</div>
			${h(Facts, { medium, policy })}
		</div>
		${manage && h(Invitations, { medium, policy })}`);
}

/** What is shown would be a lie. @param {string} code */
const gone = (code) => ['not_found', 'forbidden', 'signed_out', 'media_gone', 'removed'].includes(code);

/** @param {{medium: Medium, policy?: Policy}} props */
function Facts({ medium, policy }) {
	const state = stateOf(medium);
	const { doors, managers, mine } = medium;
	const now = clock.now();
	const at = doors?.start ?? 0;
	return html`<div class="medium-facts">
		<div class="chips">${h(KindChip, { kind: medium.kind })}${h(StateChip, { medium })}</div>
		<h1 class="page-title">${medium.title}</h1>
		${medium.description && html`<p class="lede">${medium.description}</p>`}
		${doors?.word && state === 'delayed' && html`<div class="host-word">${h(Icon, { name: 'clock', size: 18 })}<p><span class="sr-only">From the host: </span>${doors.word}</p></div>`}
		<dl class="facts">
			${medium.live && state !== 'ended' && html`<dt>${state === 'live' ? 'Started' : 'Starts'}</dt><dd>${state === 'live' ? stamp(doors?.opened_at || at, now, myZone()) : at ? inZonesSoon(at, medium.zone, myZone(), now) : 'When the host says so'}</dd>`}
			${state === 'ended' && html`<dt>Ended</dt><dd>${stamp(doors?.ended_at || at, now, myZone())}</dd>`}
			<dt>May enter</dt><dd>${ACCESS[medium.access]?.name ?? medium.access}</dd>
			${mine.manage && policy && html`<dt>Links work</dt><dd>${policy.enabled ? linkRules(policy) : 'Not now: invitations are switched off'}</dd>`}
			${mine.manage
		? html`<dt>Managers</dt><dd class="managers"><span class="avatars">${managers.slice(0, 4).map((name) => h(Avatar, { key: name, id: name, name, size: 28 }))}</span><span>${firstNames(managers)}</span></dd>`
		: html`<dt>Host</dt><dd>${medium.host}</dd>`}
		</dl>
	</div>`;
}
