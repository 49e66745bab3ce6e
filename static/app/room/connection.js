import { h, html, useEffect, useState } from '../lib/index.js';
import { Button, Icon } from '../lib/ui.js';

/** How the link is, when that is worth a word. It lies over a channel's list, which doesn't move; fields and buttons make room for it. @param {{room: import('./store.js').Room}} props */
export function ConnectionBar({ room }) {
	const offline = room.offline.value;
	if (offline === 'long') {
		return html`<div class="connection red" role="status">${h(Icon, { name: 'wifi', size: 16 })}<span>Still offline. We keep trying.</span>${h(Button, { size: 'xs', onClick: () => room.socket.retryNow() }, 'Try now')}</div>`;
	}
	if (offline) return html`<div class="connection amber" role="status">${h(Icon, { name: 'retry', size: 16 })}<span>Reconnecting… your text is safe.</span></div>`;
	if (room.state.value.degraded) return html`<div class="connection amber" role="status">${h(Icon, { name: 'clock', size: 16 })}<span>The server has lost sight of the room for a moment. Nothing is lost.</span></div>`;
	return h(Back, { room });
}

/** After a break so long that the room had to be read afresh. @param {{room: import('./store.js').Room}} props */
function Back({ room }) {
	const times = room.state.value.afresh;
	const [seen, setSeen] = useState(Math.max(1, times));
	useEffect(() => {
		if (times <= seen) return undefined;
		const timer = setTimeout(() => setSeen(times), 6000);
		return () => clearTimeout(timer);
	}, [times, seen]);
	if (times <= seen) return null;
	return html`<div class="connection green" role="status">${h(Icon, { name: 'check', size: 16 })}<span>You are back. What you missed is above.</span></div>`;
}
