import { h, html, render } from '../lib/index.js';
import { Button, Dialog } from '../lib/ui.js';

const keys = [
	['Alt 1 … 5', 'Go to a tab'], ['Alt M', 'Write'], ['Enter', 'Send'], ['Shift Enter', 'New line'], ['End', 'To the newest message'],
	['↑ ↓', 'Between the actions of messages'], ['Esc', 'Close a menu or a dialog'], ['?', 'This help'],
];

let open = false;

/** Opens the help, once. */
export function openHelp() {
	if (open) return;
	open = true;
	const place = document.createElement('div');
	document.body.append(place);
	const close = () => {
		open = false;
		render(null, place);
		place.remove();
	};
	render(h(Dialog, { title: 'Help', onClose: close, cross: true, width: 480 }, html`
		<p class="dialog-text">What you write is kept until it is sent, also when the connection breaks. Lost sight of something? The newest is always at the end of a list.</p>
		<h3 class="help-head">Keys</h3>
		<dl class="keys">${keys.map(([key, what]) => html`<div key=${key}><dt>${key.split(' ').map((k) => (k === '…' ? ' … ' : html`<kbd>${k}</kbd>`))}</dt><dd>${what}</dd></div>`)}</dl>
		<div class="help-foot">${h(Button, { kind: 'primary', onClick: close, autofocus: true }, 'Close')}</div>`), place);
}
