import { h, html, useEffect, useRef, useState } from '../lib/index.js';
import { Icon, IconButton, Button, asset } from '../lib/ui.js';

/** @param {string} url */
const isHls = (url) => /\.m3u8($|[?#])/i.test(url);

/**
 * What is on the stage: the medium's video, or the drawn stage where there is
 * none.
 * @param {{url: string, title: string, full: () => void}} props
 */
export function Player({ url, title, full }) {
	return url ? h(Video, { key: url, url }) : h(Drawn, { title, full });
}

/** A drawn stage; its screen shows the room's own title, which the heading of the page says aloud. @param {{title: string, full: () => void}} props */
function Drawn({ title, full }) {
	return html`<div class="drawn">
		<div class="drawn-frame"><img src=${asset('art/stage-wide.svg')} alt="The stage, drawn: a speaker beside a screen" />
			<p class="drawn-title ${title.length > 48 ? 'long' : ''}" aria-hidden="true">${title}</p></div>
		<div class="stage-bar"><span class="stage-live"><span class="live-dot" aria-hidden="true"></span>Live</span>
			${document.fullscreenEnabled && h(IconButton, { icon: 'fullscreen', label: 'Full screen', class: 'on-stage', onClick: full })}</div>
	</div>`;
}

/** @param {{url: string}} props */
function Video({ url }) {
	const ref = useRef(/** @type {HTMLVideoElement|null} */ (null));
	const [trouble, setTrouble] = useState(false);
	const [silent, setSilent] = useState(false);
	const [round, retry] = useState(0);
	useEffect(() => {
		const video = /** @type {HTMLVideoElement} */ (ref.current);
		let stop = () => {};
		let over = false;
		setTrouble(false);
		if (isHls(url) && !video.canPlayType('application/vnd.apple.mpegurl')) {
			import('hls.js').then(({ default: Hls }) => {
				if (over || !Hls.isSupported()) return setTrouble(true);
				// Its worker would be made from text, which the content policy forbids.
				const hls = new Hls({ enableWorker: false });
				hls.on(Hls.Events.ERROR, (/** @type {any} */ _e, /** @type {{fatal: boolean}} */ data) => { if (data.fatal) setTrouble(true); });
				hls.loadSource(url);
				hls.attachMedia(video);
				stop = () => hls.destroy();
				return undefined;
			}, () => setTrouble(true));
		} else video.src = url;
		play(video, setSilent);
		return () => {
			over = true;
			stop();
			video.removeAttribute('src');
			video.load();
		};
	}, [url, round]);
	const loud = () => {
		const video = ref.current;
		if (!video) return;
		video.muted = false;
		setSilent(false);
		video.play().catch(() => {});
	};
	return html`<div class="video">
		<video ref=${ref} controls playsinline preload="metadata" poster=${asset('art/curtain-wide.svg')} aria-label="Stage" onError=${() => setTrouble(true)}></video>
		${silent && !trouble && html`<button type="button" class="sound" onClick=${loud}>${h(Icon, { name: 'silent', size: 18 })}Turn the sound on</button>`}
		${trouble && html`<div class="stage-trouble" role="status"><p><b>The stage can’t be played right now.</b> Chat and Q&A go on.</p>${h(Button, { size: 'sm', icon: 'retry', onClick: () => retry((n) => n + 1) }, 'Try again')}</div>`}
	</div>`;
}

/** Plays with sound, or without it where the browser wants a press first. @param {HTMLVideoElement} video @param {(silent: boolean) => void} silent */
async function play(video, silent) {
	try {
		await video.play();
	} catch (err) {
		if (/** @type {Error} */ (err).name !== 'NotAllowedError') return;
		video.muted = true;
		silent(true);
		video.play().catch(() => {});
	}
}
