// What an on-demand medium shows: its file, in the browser's own player, or as
// a link.
import { h, html, useState } from '../lib/index.js';
import { safeUrl } from '../lib/text.js';
import { Icon, LinkButton, Notice } from '../lib/ui.js';
import { stateOf } from './kinds.js';
import { Art } from './parts.js';

/** @typedef {import('./kinds.js').Medium} Medium */

/** @type {Record<string, string>} */
const OPEN = { document: 'Open the document', quiz: 'Open the quiz', video: 'Open the video', audio: 'Open the recording' };

/** @param {{medium: Medium}} props */
export function Demand({ medium }) {
	const [broken, setBroken] = useState('');
	const url = fileUrl(medium.stage_url);
	const poster = html`<div class="poster">${h(Art, { name: `kind-${medium.kind}` })}${!url && html`<span class="poster-tag">${h(Icon, { name: 'clock', size: 18 })}${stateOf(medium) === 'withdrawn' ? 'Withdrawn for now' : medium.mine.manage ? 'No file yet: add its address in Edit details' : 'Not here yet'}</span>`}</div>`;
	const plays = medium.kind === 'video' || medium.kind === 'audio';
	if (!url || !plays) return poster;
	const sorry = broken === url && h(Notice, { tone: 'warn', icon: 'warn', role: 'alert' }, html`This browser cannot play it here. <a href=${url} target="_blank" rel="noopener noreferrer">${OPEN[medium.kind]}</a> instead.`);
	if (medium.kind === 'video') {
		return html`<div class="poster">${broken === url ? h(Art, { name: 'kind-video' }) : html`<video controls preload="metadata" playsinline aria-label=${medium.title} src=${url} onError=${() => setBroken(url)}></video>`}</div>${sorry}`;
	}
	return html`${poster}${broken !== url && html`<audio class="player-audio" controls preload="metadata" aria-label=${medium.title} src=${url} onError=${() => setBroken(url)}></audio>`}${sorry}`;
}

/** The main action of a document or a quiz. @param {{medium: Medium}} props */
export function OpenFile({ medium }) {
	const url = fileUrl(medium.stage_url);
	if (!url || medium.kind === 'video' || medium.kind === 'audio') return null;
	const here = new URL(url).origin === location.origin;
	return html`${h(LinkButton, { href: url, kind: 'primary', icon: medium.kind, target: '_blank', rel: 'noopener noreferrer' }, html`${OPEN[medium.kind]}<span class="sr-only"> (new tab)</span>`)}
		${here && medium.kind === 'document' && h(LinkButton, { href: url, icon: 'download', download: '' }, 'Download')}`;
}

/** Only http and https, on this site or another; else ''. @param {string} url */
export function fileUrl(url) {
	if (!url) return '';
	return safeUrl(url.startsWith('/') && !url.startsWith('//') ? location.origin + url : url);
}
