import { h, html } from '../lib/index.js';
import { Button, Icon } from '../lib/ui.js';

/** How the link is, when that is worth a word. It lies over the list, which doesn't move. @param {{room: import('./store.js').Room}} props */
export function ConnectionBar({ room }) {
	const offline = room.offline.value;
	if (offline === 'long') {
		return html`<div class="connection red" role="status">${h(Icon, { name: 'wifi', size: 16 })}<span>Still offline. We keep trying.</span>${h(Button, { size: 'xs', onClick: () => room.socket.retryNow() }, 'Try now')}</div>`;
	}
	if (offline) return html`<div class="connection amber" role="status">${h(Icon, { name: 'retry', size: 16 })}<span>Reconnecting… your text is safe.</span></div>`;
	if (room.state.value.degraded) return html`<div class="connection amber" role="status">${h(Icon, { name: 'clock', size: 16 })}<span>The server has lost sight of the room for a moment. Nothing is lost.</span></div>`;
	return null;
}
