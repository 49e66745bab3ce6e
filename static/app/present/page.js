import { h, html, useEffect, useState } from '../lib/index.js';
import { Avatar, Icon } from '../lib/ui.js';
import { plural } from '../lib/text.js';
import { askerInPublic, nowOn, questions } from '../lib/state.js';
import { Ending } from '../room/endings.js';
import { Since } from '../room/question.js';
import { Room } from '../room/store.js';

/** Letters decide how large a question may stand. @param {number} n */
const size = (n) => (n <= 60 ? 'short' : n <= 120 ? '' : n <= 200 ? 'long' : 'longer');

/** For whoever is on stage: the question that is being answered, large, and the one that leads the list. @param {{room: string}} props */
export default function PresentPage({ room: id }) {
	const [room] = useState(() => new Room(id));
	useEffect(() => {
		document.documentElement.dataset.theme = 'dark';
		room.start();
		return () => room.stop();
	}, [room]);
	useAwake();
	const s = room.state.value;
	const title = s.room?.title;
	useEffect(() => { if (title) document.title = `Presenter view – ${title}`; }, [title]);
	if (room.over.value) return h(Ending, { room, over: room.over.value });
	if (!s.ready) return null;
	const now = nowOn(s);
	const next = questions(s, (q) => q.state === 'open', 'top')[0];
	const asker = now && askerInPublic(now);
	return html`<main class="present" id="main">
		<h1 class="sr-only">Presenter view, ${title}</h1>
		<div class="present-top">${now ? html`<span class="present-now">${h(Icon, { name: 'now', size: 28 })}Now</span>${h(Since, { room, at: now.since })}` : html`<span></span>`}</div>
		${now ? html`<section aria-live="polite" aria-label="Being answered now"><p class="present-question ${size(now.text.length)}">${now.text}</p>
			<p class="present-who">${h(Avatar, { id: asker?.id, name: asker?.name, anonymous: !asker, size: 40 })}<span>${asker?.name ?? 'Anonymous'}</span><span class="num">${plural(s.votes[now.id] ?? 0, 'vote')}</span></p></section>`
			: html`<p class="present-empty">${room.offline.value ? 'Reconnecting…' : s.doors?.state === 'ended' ? 'The session has ended' : 'No question is on stage'}</p>`}
		<footer class="present-next">${next && html`<span>Next</span><span class="present-next-text">${next.text}</span><span>${askerInPublic(next)?.name ?? 'Anonymous'}</span>`}</footer>
	</main>`;
}

/** Keeps the screen from going dark, where the browser can. */
function useAwake() {
	useEffect(() => {
		/** @type {{release: () => Promise<void>}|null} */
		let lock = null;
		const take = async () => {
			if (document.visibilityState === 'visible') lock = await navigator.wakeLock?.request('screen').catch(() => null) ?? null;
		};
		take();
		document.addEventListener('visibilitychange', take);
		return () => {
			document.removeEventListener('visibilitychange', take);
			lock?.release().catch(() => {});
		};
	}, []);
}
